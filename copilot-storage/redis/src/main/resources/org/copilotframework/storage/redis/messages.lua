-- ARGV: after which message to begin, how many at most, how many bytes of content at most. Gives the id of each message and
-- the bytes of its content, which itself stays here: it is fetched only if there is room for it beside other shards' messages.
-- Read one by one, as a page of large messages would all be held at once.
local last, left, room, found = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), {}
while left > 0 and room >= 0 do
    local message = redis.call('XRANGE', base .. 'ox', '(' .. last, '+', 'COUNT', 1)[1]
    if not message then
        break
    end
    last = message[1]
    local bytes = 0
    for i = 1, #message[2], 2 do
        if message[2][i] == 'c' then
            bytes = #message[2][i + 1]
        end
    end
    found[#found + 1] = {last, bytes}
    left, room = left - 1, room - bytes
end
return found
