-- Stands before every script. KEYS[1] is no key itself: its hash tag leads to the shard of the tenant, and every key of
-- the script begins with it. Numbers stay below 2^53, where Lua's are exact.
local base = KEYS[1]
local DAY = 86400000
-- How many entries of an index one script looks at: nobody else is served while it runs. It then gives where to go on.
local MOST = 1000
local TERMINAL = {COMPLETED = true, FAILED = true, CANCELED = true, REJECTED = true}

-- The server's clock in milliseconds: the only clock that counts.
local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A script that fails does not undo what it wrote. So another application's keys are found before anything is written.
local function ours(kind, ...)
    for _, key in ipairs({...}) do
        local found = redis.call('TYPE', key).ok
        if found ~= kind and found ~= 'none' then
            error('WRONGTYPE')
        end
    end
end

local function value_keys(tenant)
    return base .. 'tenants', base .. 'exp', base .. 'kx:' .. tenant
end

-- A key of its own expires by itself; the index 'exp' tells the sweep what to forget elsewhere.
local function expire(member, at, ...)
    for _, key in ipairs({...}) do
        redis.call('PEXPIREAT', key, at)
    end
    redis.call('ZADD', base .. 'exp', at, member)
end

local function drop_value(tenant, key)
    local name = tenant .. ':' .. key
    redis.call('DEL', base .. 'k:' .. name)
    redis.call('ZREM', base .. 'exp', 'k:' .. name)
    return redis.call('ZREM', base .. 'kx:' .. tenant, key)
end

-- Writes a value anew; gives its version, which no value of this shard had before. ttl: milliseconds, or '' for always.
local function put_value(tenant, key, value, ttl, at, counter)
    local name = tenant .. ':' .. key
    local version = redis.call('INCR', base .. 'seq')
    redis.call('DEL', base .. 'k:' .. name)
    -- Digits that somebody set are content, those that are counted on are a counter. What an older process has written says neither.
    redis.call('HSET', base .. 'k:' .. name, 'v', value, 'n', version, 'c', counter and '1' or '0')
    redis.call('ZADD', base .. 'kx:' .. tenant, 0, key)
    redis.call('ZADD', base .. 'tenants', 0, tenant)
    if ttl == '' then
        redis.call('ZREM', base .. 'exp', 'k:' .. name)
    else
        expire('k:' .. name, at + ttl, base .. 'k:' .. name)
    end
    return version
end

local function drop_session(tenant, id)
    local name = tenant .. ':' .. id
    redis.call('UNLINK', base .. 's:' .. name, base .. 't:' .. name)
    redis.call('ZREM', base .. 'day', name)
    return redis.call('ZREM', base .. 'sx:' .. tenant, id)
end

-- Adds an event to a sorted set that holds them by position; its members begin with the position, so that equal contents are
-- two. What is there at a position stays.
local function add_event(events, position, content)
    if redis.call('ZCOUNT', events, position, position) == 0 then
        redis.call('ZADD', events, position, position .. ' ' .. content)
    end
end

local function drop_run(tenant, id)
    local name = tenant .. ':' .. id
    local agent = redis.call('HGET', base .. 'r:' .. name, 'g')
    if agent then
        redis.call('ZREM', base .. 'due:' .. agent, name)
    end
    redis.call('UNLINK', base .. 'r:' .. name, base .. 'p:' .. name, base .. 'px:' .. name, base .. 'e:' .. name)
    for _, state in ipairs({'SUBMITTED', 'WORKING', 'INPUT_REQUIRED', 'AUTH_REQUIRED', 'COMPLETED', 'FAILED', 'CANCELED',
            'REJECTED'}) do
        redis.call('ZREM', base .. 'rx:' .. tenant .. ':' .. state, id)
    end
    redis.call('ZREM', base .. 'exp', 'r:' .. name)
    return redis.call('ZREM', base .. 'rx:' .. tenant, id)
end

