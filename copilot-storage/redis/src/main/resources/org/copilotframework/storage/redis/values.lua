-- ARGV: tenant, least and greatest key as ZRANGEBYLEX has them, limit, most bytes of values. Values whose time is over and which no sweep has met
-- yet are passed over.
local least, limit, bytes, found = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5]), {}
repeat
    local keys = redis.call('ZRANGEBYLEX', base .. 'kx:' .. ARGV[1], least, ARGV[3], 'LIMIT', 0, limit - #found)
    for _, key in ipairs(keys) do
        local value = redis.call('HMGET', base .. 'k:' .. ARGV[1] .. ':' .. key, 'v', 'n')
        if value[1] then
            bytes = bytes - #value[1]
            if bytes < 0 and #found > 0 then
                return found
            end
            found[#found + 1] = {key, value[1], value[2]}
        end
        least = '(' .. key
    end
until #keys == 0 or #found == limit
return found
