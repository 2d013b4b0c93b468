-- Ends with a status that is not 0, and a traceback on stderr.
local function inner() error("not caught") end
local function outer() inner() return 1 end
print("before")
outer()
print("never")
