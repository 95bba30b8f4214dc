"""`python -m emulator --port N`: serve until somebody says stop."""

import argparse
import signal
import sys

from emulator.server import Emulator

STOPS = (signal.SIGTERM, signal.SIGINT)


def main() -> int:
    options = _arguments().parse_args()
    # Waited for instead of handled: a handler that sets an event never ends if it comes while that event's own lock
    # is held. Before the first thread, so that none of them is asked instead of us.
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
    cloud = Emulator(**vars(options))
    try:
        cloud.start()
    except RuntimeError as error:
        print(f"emulator cannot listen on {cloud.address}: {error}", file=sys.stderr)
        return 1
    print(f"emulator ready on {cloud.address}", flush=True)
    signal.sigwait(STOPS)
    cloud.stop()
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m emulator", description="Emulates Viam's cloud.")
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1; 0 chooses a free one")
    parser.add_argument("--jobs", type=int, default=60, help="past jobs of Bolt Robotics (60)")
    parser.add_argument("--speed", type=_positive, default=1.0, help="how much faster than real time jobs live (1)")
    parser.add_argument("--seed", type=int, default=1, help="decides ids, names and outcomes (1)")
    parser.add_argument("--live", action="store_true", help="somebody else submits a job every two simulated minutes")
    parser.add_argument("--checks-late", action="store_true", help="jobs on unfit datasets fail late, not at submit")
    return parser


def _positive(text: str) -> float:
    number = float(text)
    if number <= 0:
        raise argparse.ArgumentTypeError("must be greater than 0")
    return number


if __name__ == "__main__":
    sys.exit(main())
