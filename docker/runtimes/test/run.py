"""Runs all cases against the runtime that RUNTIME names and ends with a line of how many passed and failed."""

import os
import unittest

import call_cases
import class_cases
import concurrency_cases
import init_cases
import java_cases
import life_cases
import native_cases
import quiet_cases
import request_cases
import several_cases
from subject import RUNTIME

if __name__ == "__main__":
    modules = (
        life_cases,
        class_cases,
        init_cases,
        call_cases,
        concurrency_cases,
        several_cases,
        request_cases,
        quiet_cases,
        java_cases,
        native_cases,
    )
    loader = unittest.defaultTestLoader
    suite = unittest.TestSuite(loader.loadTestsFromModule(module) for module in modules)
    result = unittest.TextTestRunner(verbosity=int(os.environ.get("VERBOSITY", "1"))).run(suite)
    failed = len({case.id().split(" ")[0] for case, _ in result.failures + result.errors})
    passed = result.testsRun - len(result.skipped) - failed
    print(f"{RUNTIME}: {passed} passed, {failed} failed", flush=True)
    raise SystemExit(1 if failed else 0)
