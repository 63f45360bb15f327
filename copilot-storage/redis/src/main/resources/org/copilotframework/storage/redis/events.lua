-- ARGV: tenant, run, the position after which to read, limit, most bytes of content. Gives position and content of each,
-- as one text.
local events = base .. 'e:' .. ARGV[1] .. ':' .. ARGV[2]
local after, limit, bytes, found = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), {}
repeat
    local page = redis.call('ZRANGEBYSCORE', events, '(' .. after, '+inf', 'LIMIT', 0, math.min(16, limit - #found))
    for _, event in ipairs(page) do
        local space = string.find(event, ' ', 1, true)
        bytes = bytes - (#event - space)
        if bytes < 0 and #found > 0 then
            return found
        end
        found[#found + 1] = event
        after = string.sub(event, 1, space - 1)
    end
until #page == 0 or #found == limit
return found
