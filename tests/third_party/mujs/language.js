// What a script does: closures, regular expressions, JSON, sorting, numbers, exceptions; sizes are arguments.
var depth = +scriptArgs[0], count = +scriptArgs[1];

function fibonacci(n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }
print(fibonacci(depth));

var seed = 42;
function next() { seed = (seed * 16807) % 2147483647; return seed; }
var words = [], i;
for (i = 0; i < count; i++) words.push("w" + next().toString(36) + (i % 7 ? "" : " \u00e4\u20ac"));
words.sort();
print(words[0], words[count >> 1], words[count - 1], words.join("").length);

var counts = {};
words.forEach(function (word) {
    var m = /^w([a-z0-9])([a-z]+)?/.exec(word);
    counts[m[1]] = (counts[m[1]] || 0) + (m[2] ? m[2].length : 0);
});
print(JSON.stringify(counts));
print(JSON.stringify(JSON.parse('{"a":[1,2.5,-3e-7,"\\u00fc\\n",null,true],"b":{"c":{}}}'), null, 2));

function nest(n) {
    try {
        if (n === 0) throw new RangeError("bottom");
        return nest(n - 1);
    } finally {
        seed += n;
    }
}
for (i = 0; i < 20; i++) {
    try { nest(i); } catch (e) { if (i % 5 === 0) print(e.name, e.message, seed); }
}
try { null.x; } catch (e) { print(e); }
try { eval("1 +"); } catch (e) { print(e.name); }

for (i = -4; i < 5; i++) print(Math.pow(10, i * 7) / 3, (1e5 / 7).toFixed(i + 5), Math.sin(i), (i / 3).toPrecision(5));
print(new Date(Date.UTC(2024, 1, 29, 12, 34, 56, 789)).toISOString());
print("the quick brown fox".replace(/(\w+) (\w+)/g, "$2 $1"), "a,b;c".split(/[,;]/), encodeURIComponent("\u00fc x"));
