-- What a script does: closures, coroutines, metatables, patterns, numbers, files, protected calls; sizes are arguments.
local depth, count = tonumber(arg[1]), tonumber(arg[2])

local function fibonacci(n) return n < 2 and n or fibonacci(n - 1) + fibonacci(n - 2) end
print(fibonacci(depth))

local seed = 42
local function next_number() seed = seed * 16807 % 2147483647; return seed end

local words = {}
for i = 1, count do words[i] = string.format("%x%s", next_number(), string.rep("z", i % 7)) end
table.sort(words)
print(words[1], words[count // 2], words[count], #table.concat(words, ","))

local counts = {}
for word in table.concat(words, " "):gmatch("%f[%w](%x%x)%w*z+") do counts[word] = (counts[word] or 0) + 1 end
local keys = {}
for key in pairs(counts) do keys[#keys + 1] = key end
table.sort(keys)
for i = 1, #keys, 40 do io.write(keys[i], "=", counts[keys[i]], " ") end
print()

local function permutations(list, n)
    if n == 0 then coroutine.yield(list) end
    for i = 1, n do
        list[n], list[i] = list[i], list[n]
        permutations(list, n - 1)
        list[n], list[i] = list[i], list[n]
    end
end
local sum = 0
for list in coroutine.wrap(function() permutations({1, 2, 3, 4, 5, 6}, 6) end) do
    sum = sum * 3 % 1000003 + list[1] * list[6]
end
print(sum)

local vector = setmetatable({}, {__call = function(class, x, y) return setmetatable({x = x, y = y}, class) end})
vector.__index = vector
vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
vector.__tostring = function(v) return "(" .. v.x .. ", " .. v.y .. ")" end
vector.__close = function(v) print("closed", v) end
do
    local first <close> = vector(1, 2.5)
    print(first + vector(10, 20))
end

local function nest(n)
    if n == 0 then error({at = seed % 100}) end
    local ok, caught = pcall(nest, n - 1)
    error(ok and caught or {at = caught.at + n})
end
for n = 0, 60, 15 do print(select(2, pcall(nest, n)).at) end
print(pcall(error, "plain", 0))
print(select("#", pcall(string.rep)), pcall(string.rep))
print(xpcall(function() local x = nil; return x.y end, function(m) return "handled: " .. m end))
print(pcall(function() local function deep() return 1 + deep() end return deep() end) == false)
print(load("return 1 +"))

for i = -3, 3 do
    print(i / 3, i // 2, i % 3, 10.0 ^ (i * 9), math.sin(i), string.format("%q %a %.14g %5.2e", i, i / 8, i / 7, i * 1e9))
end
print(math.maxinteger + 1 == math.mininteger, 0x7fffffffffffffff // -1, "10" + 5, 3 | 8, math.tointeger(3.0))
print(utf8.char(228, 8364, 128512), utf8.len("äö€"), string.pack("<i4z", 77, "s"):byte(1, -1))

local name = "lines.txt"
local file = assert(io.open(name, "w"))
file:setvbuf("full", 512)
for i = 1, count do file:write(i, "\t", words[i], "\n") end
file:close()
local total, longest = 0, ""
for line in io.lines(name) do
    total = total + #line
    if #line > #longest then longest = line end
end
file = assert(io.open(name, "r+"))
print(total, longest, file:seek("end"), file:seek("set", 10), file:read("n", "l"))
file:close()
print(os.rename(name, "kept.txt"), os.remove("nothing"), io.open("no/such", "r"))
print(os.date("!%Y-%m-%d %H:%M:%S %j", 1709210096), os.time({year = 2024, month = 2, day = 29, hour = 12}))
collectgarbage()
io.stderr:write("to stderr\n")
