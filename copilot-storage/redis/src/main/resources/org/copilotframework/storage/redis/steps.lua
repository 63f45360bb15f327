-- ARGV: tenant, run, the least key as ZRANGEBYLEX has it, limit, most bytes of results. Gives key and result of each; a result
-- stands behind a sign that there is one.
local name = ARGV[1] .. ':' .. ARGV[2]
local least, limit, bytes, found = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), {}
for _, key in ipairs(redis.call('ZRANGEBYLEX', base .. 'px:' .. name, least, '+', 'LIMIT', 0, limit)) do
    bytes = bytes - math.max(0, redis.call('HSTRLEN', base .. 'p:' .. name, key) - 1)
    if bytes < 0 and #found > 0 then
        break
    end
    local result = redis.call('HGET', base .. 'p:' .. name, key)
    if result then
        found[#found + 1] = {key, result}
    end
end
return found
