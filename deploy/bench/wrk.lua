-- One POST of BODY_BYTES bytes again and again; at the end one line of JSON, times in microseconds.
wrk.method = "POST"
wrk.body = string.rep("x", tonumber(os.getenv("BODY_BYTES")))
wrk.headers["Content-Type"] = "application/octet-stream"
if os.getenv("BEARER") then
  wrk.headers["Authorization"] = "Bearer " .. os.getenv("BEARER")
end

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    'JSON {"calls":%d,"micros":%d,"p50":%d,"p90":%d,"p99":%d,"max":%d,"bad_status":%d,"socket_errors":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(90), latency:percentile(99), latency.max,
    e.status, e.connect + e.read + e.write + e.timeout))
end
