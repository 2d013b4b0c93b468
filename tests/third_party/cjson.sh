# cJSON with its utilities: a driver of ours reads documents, changes, compares and prints them.
package=cjson archive=cjson_1.7.15.orig.tar.gz
sha256=5308fd4bd90cef7aa060558514de6a1a4a0819974a26e6ed13973c5f624c24b2
build() { $CC $CFLAGS -I. "$our/driver.c" cJSON.c cJSON_Utils.c -o "$output" -lm; }
gather() { cp tests/inputs/test*[0-9] tests/json-patch-tests/*tests.json "$inputs"; }
prepare()
{
    awk 'BEGIN {
        printf "["
        for (i = 0; i < 8000; i++)
            printf "%s{\"id\":%d,\"name\":\"n\\u00e4me %x\",\"values\":[%g,%.17g,true,null]}",
                i ? "," : "", i, i * 7919, i / 7, i * 1e-9
        print "]"
    }' > large.json
}
perform()
{
    step "$program" test* ./*.json
    step "$program" missing.json
}
