-- Counts a call against all KEYS, or none. One step for Redis: nobody counts in between.
--
-- ARGV holds what is said of each key in turn:
--   'window', cost, calls, period          a sliding window; the period in microseconds
--   'bucket', cost, calls, period          a bucket of tokens
--   'quota',  cost, calls, bytes, tokens, period, first
--                                          in milliseconds; -1 for what is not counted, 0 for no end
--
-- Answers {1, left, renews, ...} (-1 where there is nothing to say; milliseconds), or
-- {0, key, what, wait} (microseconds; -1: never). All numbers are whole and below 2^53, so that Lua's
-- doubles are exact for them.

local NEVER = 9007199254740991
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local now_ms = math.floor(now / 1000)

local function text(number)
  return string.format('%.0f', number)
end

-- The end of the period that now is in.
local function end_of(period, first)
  if period == 0 then return NEVER end
  return now_ms - (now_ms - first) % period + period
end

local at, writes, answer = 1, {}, {1}

local function argument()
  at = at + 1
  return tonumber(ARGV[at - 1])
end

for position, key in ipairs(KEYS) do
  local kind = ARGV[at]
  at = at + 1
  local cost, calls = argument(), argument()
  if kind == 'window' then
    local period = argument()
    -- A call at t no longer counts at t + period.
    while true do
      local oldest = redis.call('LINDEX', key, 0)
      if not oldest or now - oldest < period then break end
      redis.call('LPOP', key)
    end
    local free = calls - redis.call('LLEN', key)
    if cost > free then
      local frees = redis.call('LINDEX', key, cost - free - 1)
      local wait = period
      if frees then wait = frees + period - now end
      return {0, position, 'calls', text(wait)}
    end
    -- Where the clock went back, the call counts from the latest moment seen.
    local latest = redis.call('LINDEX', key, -1)
    local moment = text(math.max(now, tonumber(latest or 0)))
    table.insert(writes, function()
      for _ = 1, cost do redis.call('RPUSH', key, moment) end
      redis.call('PEXPIRE', key, text(math.ceil(period / 1000) * 2))
    end)
    table.insert(answer, text(free - cost))
    table.insert(answer, '-1')
  elseif kind == 'bucket' then
    local period = argument()
    -- When the bucket will be full again: whole microseconds, and what is left in units of one divided by
    -- `calls`.
    local full, rest = now, 0
    local held = redis.call('HMGET', key, 'full', 'rest')
    if held[1] and tonumber(held[1]) >= now then
      full, rest = tonumber(held[1]), tonumber(held[2])
      if rest >= calls then full, rest = full + 1, 0 end
    end
    rest = rest + (period % calls) * cost
    full = full + math.floor(period / calls) * cost + math.floor(rest / calls)
    rest = rest % calls
    local missing = full - now - period
    if rest > 0 then missing = missing + 1 end
    if missing > 0 then
      return {0, position, 'calls', text(missing)}
    end
    table.insert(writes, function()
      redis.call('HSET', key, 'full', text(full), 'rest', text(rest))
      redis.call('PEXPIRE', key, text(math.ceil(period / 1000) * 2))
    end)
    local used = (full - now) * calls + rest
    table.insert(answer, text(math.floor((period * calls - used) / period)))
    table.insert(answer, '-1')
  else
    local bytes, tokens, period, first = argument(), argument(), argument(), argument()
    local ends = end_of(period, first)
    local used = {0, 0, 0}
    local held = redis.call('HMGET', key, 'end', 'calls', 'bytes', 'tokens')
    -- Where the clock went back into an earlier period, what was used stays used.
    if held[1] and tonumber(held[1]) >= ends then
      ends = tonumber(held[1])
      for i = 1, 3 do used[i] = tonumber(held[i + 1] or 0) end
    end
    local wait = '-1'
    if ends < NEVER then wait = text((ends - now_ms) * 1000) end
    if calls >= 0 and used[1] + cost > calls then return {0, position, 'calls', wait} end
    if bytes >= 0 and used[2] >= bytes then return {0, position, 'bytes', wait} end
    if tokens >= 0 and used[3] >= tokens then return {0, position, 'tokens', wait} end
    table.insert(writes, function()
      redis.call('HSET', key, 'end', text(ends), 'calls', text(used[1] + cost),
        'bytes', text(used[2]), 'tokens', text(used[3]))
      -- A day longer, as a clock may yet go back.
      if ends < NEVER then redis.call('PEXPIREAT', key, text(ends + 86400000)) end
    end)
    table.insert(answer, calls >= 0 and text(calls - used[1] - cost) or '-1')
    table.insert(answer, ends < NEVER and text(ends - now_ms) or '-1')
  end
end

for _, write in ipairs(writes) do write() end
return answer
