// Ends with a status that is not 0, and says where on stderr.
function inner() { throw new TypeError("not caught"); }
function outer() { inner(); }
print("before");
outer();
print("never");
