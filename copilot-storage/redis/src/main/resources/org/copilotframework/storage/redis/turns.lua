-- ARGV: tenant, session, the latest version wanted, limit, most bytes of content. Gives the latest version that is read,
-- then the turns, newest first.
local name = ARGV[1] .. ':' .. ARGV[2]
local head = redis.call('HMGET', base .. 's:' .. name, 'v', 'f')
if not head[1] then
    return {}
end
local version, first = math.min(tonumber(head[1]), tonumber(ARGV[3])), tonumber(head[2])
local limit, bytes = tonumber(ARGV[4]), tonumber(ARGV[5])
local found = {version}
while version >= first and #found <= limit do
    local turn = redis.call('HGET', base .. 't:' .. name, version)
    -- What is before the content: id and agent, each after its length, and 12 bytes of time.
    local _, _, content = struct.unpack('>Bc0Hc0', turn)
    bytes = bytes - (#turn - content - 11)
    if bytes < 0 and #found > 1 then
        break
    end
    found[#found + 1] = turn
    version = version - 1
end
return found
