-- ARGV: holder, lease in milliseconds, limit, most bytes of content, 1 if the first is taken whatever its size or 0, agents.
-- Takes the runs that are longest due and gives their content.
local at, limit, room, first, due = now(), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1', {}
for i = 6, #ARGV do
    local rows = redis.call('ZRANGEBYSCORE', base .. 'due:' .. ARGV[i], '-inf', at, 'WITHSCORES', 'LIMIT', 0, limit)
    for j = 1, #rows, 2 do
        due[#due + 1] = {name = rows[j], since = tonumber(rows[j + 1]), index = base .. 'due:' .. ARGV[i]}
    end
end
table.sort(due, function(a, b) return a.since < b.since end)
local taken = {}
for i = 1, math.min(limit, #due) do
    local name, key = due[i].name, base .. 'r:' .. due[i].name
    local tenant, id = string.match(name, '^([^:]*):(.*)$')
    local state = redis.call('HGET', key, 't')
    if not state or TERMINAL[state] then
        redis.call('ZREM', due[i].index, name)
    else
        room = room - redis.call('HSTRLEN', key, 'i') - redis.call('HSTRLEN', key, 'o')
        if room < 0 and not (first and #taken == 0) then
            break
        end
        if state == 'SUBMITTED' then
            ours('zset', base .. 'rx:' .. tenant .. ':WORKING')
            redis.call('ZREM', base .. 'rx:' .. tenant .. ':SUBMITTED', id)
            redis.call('ZADD', base .. 'rx:' .. tenant .. ':WORKING', 0, id)
            redis.call('HSET', key, 't', 'WORKING')
        end
        redis.call('HINCRBY', key, 'f', 1)
        redis.call('HINCRBY', key, 'n', 1)
        redis.call('HSET', key, 'h', ARGV[1], 'd', at + ARGV[2], 'm', at)
        redis.call('ZADD', due[i].index, at + ARGV[2], name)
        taken[#taken + 1] = {tenant, id,
            redis.call('HMGET', key, 'g', 's', 't', 'f', 'a', 'n', 'h', 'd', 'c', 'm', 'i', 'o')}
    end
end
return taken
