-- ARGV: tenant, least and greatest key as ZRANGEBYLEX has them, limit, most bytes of values. Values whose time is over and
-- which no sweep has met yet are passed over. Gives the least key to go on with, or nothing, and the values.
local least, limit, bytes, left, found = ARGV[2], tonumber(ARGV[4]), tonumber(ARGV[5]), MOST, {}
repeat
    local keys = redis.call('ZRANGEBYLEX', base .. 'kx:' .. ARGV[1], least, ARGV[3], 'LIMIT', 0, math.min(left, limit - #found))
    for _, key in ipairs(keys) do
        local value = redis.call('HMGET', base .. 'k:' .. ARGV[1] .. ':' .. key, 'v', 'n')
        if value[1] then
            bytes = bytes - #value[1]
            if bytes < 0 and #found > 0 then
                return {false, found}
            end
            found[#found + 1] = {key, value[1], value[2]}
        end
        least = '(' .. key
    end
    left = left - #keys
until #keys == 0 or #found == limit or left == 0
return {left == 0 and least, found}
