-- One commit: reads all it needs and refuses, or writes all of it. How ARGV is laid out is said in CommitScript.java.
local argument = 0
local function take()
    argument = argument + 1
    return ARGV[argument]
end
local function take_many(read)
    local all = {}
    for i = 1, tonumber(take()) do
        all[i] = read()
    end
    return all
end

local at = now()
local tenant = take()

local s = {id = take()}
if s.id ~= '' then
    s.wanted, s.expected, s.head, s.turn, s.keep = take(), take(), take(), take(), tonumber(take())
    s.state = take_many(function() return {'.' .. take(), take(), take()} end)
    s.name = tenant .. ':' .. s.id
    s.key, s.turns = base .. 's:' .. s.name, base .. 't:' .. s.name
end
local r = {kind = take()}
if r.kind ~= '' then
    r.id, r.fence = take(), take()
    r.name = tenant .. ':' .. r.id
    r.key, r.steps, r.step_names = base .. 'r:' .. r.name, base .. 'p:' .. r.name, base .. 'px:' .. r.name
    r.index = base .. 'rx:' .. tenant
end
if r.kind == 'start' or r.kind == 'change' then
    r.change, r.state, r.activation, r.holder, r.keep = take(), take(), take(), take(), take()
    local due = take()
    r.due = due ~= '' and string.sub(due, 1, 1) == '+' and at + string.sub(due, 2) or tonumber(due)
    r.has_detail, r.detail = take() == '1', take()
    if r.kind == 'start' then
        r.agent, r.session, r.input = take(), take(), take()
    end
end
local steps = take_many(function() return {take(), take() == '1', take()} end)
local events = take_many(function() return {take(), take()} end)
local values = take_many(function() return {key = take(), expected = take(), set = take() == '1', value = take(), ttl = take()} end)
local messages = take_many(function() return {take(), take(), take()} end)

-- Was it made before, does it meet what it expects, are the keys ours?
local before = {}
local stored = false
if s.key then
    before.version, before.first, before.changed = unpack(redis.call('HMGET', s.key, 'v', 'f', 'c'))
    local turn = redis.call('HGET', s.turns, s.wanted)
    stored = turn and string.sub(turn, 1, #s.head) == s.head and turn
end
if r.key then
    before.fence, before.state, before.change, before.agent, before.due = unpack(redis.call('HMGET', r.key, 'f', 't', 'k', 'g', 'd'))
end
-- Known by the run too, as the turn may be kept no longer.
if (stored and before.version ~= s.expected) or (before.fence and r.change and before.change == r.change) then
    return {'repeated', stored}
end
if s.key and (before.version or '0') ~= s.expected then
    return {'version', before.version or '0'}
end
if r.key then
    if r.kind == 'start' then
        if before.fence then return {'exists'} end
    elseif not before.fence then
        return {'absent'}
    elseif TERMINAL[before.state] then
        return {'ended', before.state}
    elseif before.fence ~= r.fence then
        return {'fence', before.fence}
    end
    ours('hash', r.steps)
    if #steps > 0 then
        ours('zset', r.step_names)
    end
    if #events > 0 then
        ours('zset', base .. 'e:' .. r.name)
    end
end
for _, value in ipairs(values) do
    local version = redis.call('HGET', base .. 'k:' .. tenant .. ':' .. value.key, 'n') or '0'
    if version ~= value.expected then
        return {'value', value.key, version}
    end
end
ours('zset', base .. 'tenants')
if s.key then
    ours('zset', base .. 'sx:' .. tenant, base .. 'day')
end
if r.change then
    ours('zset', r.index, r.index .. ':' .. r.state, base .. 'exp', base .. 'agents', base .. 'due:' .. (r.agent or before.agent))
end
if #values > 0 then
    ours('zset', value_keys(tenant))
    ours('string', base .. 'seq')
end
if #messages > 0 then
    ours('stream', base .. 'ox')
    ours('hash', base .. 'oc')
end

-- From here on everything is written.
redis.call('ZADD', base .. 'tenants', 0, tenant)
if s.key then
    local first = tonumber(before.first or s.wanted)
    redis.call('HSET', s.turns, s.wanted, s.turn)
    for _ = 1, 2 do
        if s.keep > 0 and tonumber(s.wanted) - first + 1 > s.keep then
            redis.call('HDEL', s.turns, first)
            first = first + 1
        end
    end
    redis.call('HSET', s.key, 'v', s.wanted, 'f', first, 'c', at)
    for _, entry in ipairs(s.state) do
        if entry[2] == '1' then
            redis.call('HSET', s.key, entry[1], entry[3])
        else
            redis.call('HDEL', s.key, entry[1])
        end
    end
    -- The index of idle sessions knows days, so that it is written once a day and not with each commit.
    if not before.changed or math.floor(before.changed / DAY) ~= math.floor(at / DAY) then
        redis.call('ZADD', base .. 'day', math.floor(at / DAY), s.name)
    end
    if not before.version then
        redis.call('ZADD', base .. 'sx:' .. tenant, 0, s.id)
    end
end
-- An earlier run of this id whose time is over, and which no sweep has met yet, is forgotten: the sweep would take this one.
if r.kind == 'start' and redis.call('ZREM', base .. 'exp', 'r:' .. r.name) == 1 then
    drop_run(tenant, r.id)
end
for _, step in ipairs(steps) do
    redis.call('ZADD', r.step_names, 0, step[1])
    if step[2] then
        if redis.call('HSTRLEN', r.steps, step[1]) == 0 then
            redis.call('HSET', r.steps, step[1], '=' .. step[3])
        end
    else
        redis.call('HSETNX', r.steps, step[1], '')
    end
end
for _, event in ipairs(events) do
    add_event(base .. 'e:' .. r.name, event[1], event[2])
end
if r.change then
    local due = base .. 'due:' .. (r.agent or before.agent)
    if r.kind == 'start' then
        redis.call('HSET', r.key, 'f', 1, 'g', r.agent, 'i', r.input, 'c', at)
        if r.session ~= '' then
            redis.call('HSET', r.key, 's', r.session)
        end
        redis.call('ZADD', r.index, 0, r.id)
    else
        redis.call('HINCRBY', r.key, 'f', 1)
    end
    redis.call('HSET', r.key, 'k', r.change, 't', r.state, 'a', r.activation, 'n', 0, 'm', at)
    if before.state ~= r.state then
        if before.state then
            redis.call('ZREM', r.index .. ':' .. before.state, r.id)
        end
        redis.call('ZADD', r.index .. ':' .. r.state, 0, r.id)
    end
    if r.has_detail then
        redis.call('HSET', r.key, 'o', r.detail)
    else
        redis.call('HDEL', r.key, 'o')
    end
    if r.holder ~= '' then
        redis.call('HSET', r.key, 'h', r.holder)
    else
        redis.call('HDEL', r.key, 'h')
    end
    if r.due and not TERMINAL[r.state] then
        redis.call('HSET', r.key, 'd', r.due)
        redis.call('ZADD', due, r.due, r.name)
        redis.call('ZADD', base .. 'agents', 0, r.agent or before.agent)
    elseif before.due then
        redis.call('HDEL', r.key, 'd')
        redis.call('ZREM', due, r.name)
    end
    if r.keep ~= '' and TERMINAL[r.state] then
        redis.call('HSET', r.key, 'x', at + r.keep)
        expire('r:' .. r.name, at + r.keep, r.key, r.steps, r.step_names, base .. 'e:' .. r.name)
    end
end
for _, value in ipairs(values) do
    if value.set then
        put_value(tenant, value.key, value.value, value.ttl, at)
    else
        drop_value(tenant, value.key)
    end
end
for _, message in ipairs(messages) do
    redis.call('XADD', base .. 'ox', '*', 't', tenant, 'p', message[1], 'k', message[2], 'c', message[3])
end
if #messages > 0 then
    redis.call('HINCRBY', base .. 'oc', tenant, #messages)
end
return {'done'}
