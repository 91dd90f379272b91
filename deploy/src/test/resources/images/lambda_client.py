"""A custom runtime of AWS Lambda: asks for the next invocation, answers it, and so on."""
import json
import os
import time
import urllib.request

API = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime"


def post(path, value):
    urllib.request.urlopen(urllib.request.Request(API + path, json.dumps(value).encode(), method="POST")).read()


while True:
    with urllib.request.urlopen(API + "/invocation/next") as answer:
        head, event = answer.headers, json.load(answer)
    request = head["Lambda-Runtime-Aws-Request-Id"]
    if "fail" in event:
        post(f"/invocation/{request}/error", {"errorMessage": event["fail"], "errorType": "ValueError", "stackTrace": []})
        continue
    post(f"/invocation/{request}/response", {
        "twice": 2 * event["n"], "request": request, "arn": head["Lambda-Runtime-Invoked-Function-Arn"],
        "remaining": int(head["Lambda-Runtime-Deadline-Ms"]) - int(time.time() * 1000),
        "handler": os.environ["_HANDLER"], "memory": os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    })
