// One conversion of a printf format at a time.  Shared by the client, which must know where a
// string ends before it sends it, and the host, which formats.
#ifndef HC_FORMAT_H
#define HC_FORMAT_H

struct hc_spec {
    uint32_t start, end;      // bytes of the conversion in the format, '%' to its letter
    uint32_t stars;           // arguments taken by '*' before the value
    bool star_precision;      // the last of them is the precision
    bool precise;             // a precision is given ...
    uint32_t precision;       // ... this one, unless by star
    char length;              // 0, 'H' for hh, 'h', 'l', 'L' for ll or L, 'z', 't', 'j'
    char letter;              // 'd', 's', ..., '%'; 0: the format ends inside the conversion
};

// Finds the next conversion at or after *at and sets *at behind it.  False: only plain text is
// left.
HC_FN bool hc_spec_next(const char *format, uint32_t size, uint32_t *at, struct hc_spec *spec)
{
    uint32_t i = *at;
    while (i < size && format[i] != '%') i++;
    if (i >= size) {
        *at = size;
        return false;
    }
    spec->start = i++;
    spec->stars = 0;
    spec->star_precision = false;
    spec->precise = false;
    spec->precision = 0;
    spec->length = 0;
    spec->letter = 0;
    while (i < size && (format[i] == '-' || format[i] == '+' || format[i] == ' ' ||
                        format[i] == '#' || format[i] == '0' || format[i] == '\''))
        i++;
    if (i < size && format[i] == '*') {
        spec->stars++;
        i++;
    }
    while (i < size && format[i] >= '0' && format[i] <= '9') i++;
    if (i < size && format[i] == '.') {
        spec->precise = true;
        i++;
        if (i < size && format[i] == '*') {
            spec->stars++;
            spec->star_precision = true;
            i++;
        }
        for (; i < size && format[i] >= '0' && format[i] <= '9'; i++)
            if (spec->precision < 100000000)
                spec->precision = spec->precision * 10 + (uint32_t)(format[i] - '0');
    }
    while (i < size && (format[i] == 'h' || format[i] == 'l' || format[i] == 'L' ||
                        format[i] == 'z' || format[i] == 't' || format[i] == 'j')) {
        const char c = format[i++];
        if (c == 'h')
            spec->length = spec->length == 'h' ? 'H' : 'h';
        else if (c == 'l')
            spec->length = spec->length == 'l' ? 'L' : 'l';
        else
            spec->length = c;
    }
    if (i < size) spec->letter = format[i++];
    spec->end = i;
    *at = i;
    return true;
}

#endif
