-- Adds what a result came to to the quotas in KEYS. ARGV: bytes, tokens, then for each key the period and when
-- one begins, in milliseconds; 0 for a period without end.

local NEVER = 9007199254740991
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

for position, key in ipairs(KEYS) do
  local period, first = tonumber(ARGV[position * 2 + 1]), tonumber(ARGV[position * 2 + 2])
  local ends = NEVER
  if period > 0 then ends = now - (now - first) % period + period end
  local held = redis.call('HGET', key, 'end')
  if not held or tonumber(held) < ends then
    redis.call('HSET', key, 'end', string.format('%.0f', ends), 'calls', '0', 'bytes', '0', 'tokens', '0')
    if ends < NEVER then redis.call('PEXPIREAT', key, string.format('%.0f', ends + 86400000)) end
  end
  redis.call('HINCRBY', key, 'bytes', ARGV[1])
  redis.call('HINCRBY', key, 'tokens', ARGV[2])
end
return 1
