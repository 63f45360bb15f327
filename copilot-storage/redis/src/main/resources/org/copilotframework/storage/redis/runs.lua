-- ARGV: tenant, state or '', the greatest id as ZREVRANGEBYLEX has it, limit. Runs whose time is over and which no sweep
-- has met yet are passed over. Gives the greatest id to go on with, or nothing, and the runs.
local index = base .. 'rx:' .. ARGV[1] .. (ARGV[2] ~= '' and ':' .. ARGV[2] or '')
local greatest, limit, left, found = ARGV[3], tonumber(ARGV[4]), MOST, {}
repeat
    local ids = redis.call('ZREVRANGEBYLEX', index, greatest, '-', 'LIMIT', 0, math.min(left, limit - #found))
    for _, id in ipairs(ids) do
        local run = redis.call('HMGET', base .. 'r:' .. ARGV[1] .. ':' .. id, 'g', 's', 't', 'f', 'a', 'n', 'h', 'd', 'c', 'm')
        if run[1] then
            found[#found + 1] = {id, run}
        end
        greatest = '(' .. id
    end
    left = left - #ids
until #ids == 0 or #found == limit or left == 0
return {left == 0 and greatest, found}
