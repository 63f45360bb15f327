-- Brings runs of form 1 to form 2: the names of their steps are listed in order, and the agents of those that want a worker. What
-- is listed already stays so. ARGV: the least tenant and the least of its runs, as ZRANGEBYLEX has them. Gives from which on to
-- go on, or nothing at the end.
local least, from, left = ARGV[1], ARGV[2], MOST

local function upgrade(name)
    local key = base .. 'r:' .. name
    local run = redis.call('HMGET', key, 'g', 't', 'd')
    if run[1] and run[3] and not TERMINAL[run[2]] then
        redis.call('ZADD', base .. 'agents', 0, run[1])
    end
    local steps = redis.call('HKEYS', base .. 'p:' .. name)
    for _, step in ipairs(steps) do
        redis.call('ZADD', base .. 'px:' .. name, 0, step)
    end
    local ends = redis.call('PTTL', key)
    if #steps > 0 and ends > 0 then
        redis.call('PEXPIREAT', base .. 'px:' .. name, now() + ends)
    end
    return 1 + #steps
end

while left > 0 do
    local tenant = redis.call('ZRANGEBYLEX', base .. 'tenants', least, '+', 'LIMIT', 0, 1)[1]
    if not tenant then
        return {}
    end
    if least ~= '[' .. tenant then
        least, from = '[' .. tenant, '-'
    end
    local ids = redis.call('ZRANGEBYLEX', base .. 'rx:' .. tenant, from, '+', 'LIMIT', 0, 100)
    for _, id in ipairs(ids) do
        left = left - upgrade(tenant .. ':' .. id)
        from = '(' .. id
        if left <= 0 then
            return {least, from}
        end
    end
    if #ids == 0 then
        least, from, left = '(' .. tenant, '-', left - 1
    end
end
return {least, from}
