"""The rival's side of a bench: times cases on request, over lines of JSON on standard input and output.

First it greets with its versions. Then each line {"case": name, "seconds": s} is answered by
{"median": s, "min": s, "n": samples} or {"error": text}. It ends with its input.
"""

import json
import statistics
import sys
import time
import traceback
from collections.abc import Callable

SHORTEST_SAMPLE = 1e-3


def measure(run: Callable[[], object], seconds: float) -> dict:
    """Times calls as `measure` of bench/harness/measure.ts does: warm-up, then samples of at least 1 ms."""

    def sample(calls: int) -> float:
        started = time.perf_counter()
        for _ in range(calls):
            run()
        return (time.perf_counter() - started) / calls

    end = time.perf_counter() + seconds / 3
    last = sample(1)
    while time.perf_counter() < end:
        last = sample(1)
    calls = max(1, -int(-SHORTEST_SAMPLE // last))
    samples: list[float] = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(samples) < 3:
        samples.append(sample(calls))
    return dict(median=statistics.median(samples), min=min(samples), n=len(samples))


def serve(cases: dict[str, Callable[[], Callable[[], object]]], versions: dict[str, str]) -> None:
    """Answers until the input ends. A case's set-up runs at its first request and its data is kept until the next case's."""
    answers = sys.stdout
    sys.stdout = sys.stderr  # what a library prints must not look like an answer

    def answer(content: dict) -> None:
        print(json.dumps(content), file=answers, flush=True)

    answer(versions)
    current, run = None, None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["case"] != current:
                run = None
                current, run = request["case"], cases[request["case"]]()
            answer(measure(run, request["seconds"]))
        except KeyError as error:
            answer(dict(error=f"no case {error}; known: {', '.join(cases)}"))
        except Exception as error:
            traceback.print_exc()
            answer(dict(error=f"{type(error).__name__}: {error}"))
