"""How the emulator says no: raised anywhere below a call, turned into a gRPC status at the gate."""

import grpc


class Refused(Exception):
    """The call ends with this status code and this sentence."""

    def __init__(self, code: grpc.StatusCode, details: str) -> None:
        super().__init__(details)
        self.code = code
        self.details = details


def invalid(details: str) -> Refused:
    return Refused(grpc.StatusCode.INVALID_ARGUMENT, details)


def not_found(details: str) -> Refused:
    return Refused(grpc.StatusCode.NOT_FOUND, details)


def already_exists(details: str) -> Refused:
    return Refused(grpc.StatusCode.ALREADY_EXISTS, details)


def wrong_state(details: str) -> Refused:
    return Refused(grpc.StatusCode.FAILED_PRECONDITION, details)


def denied(details: str) -> Refused:
    return Refused(grpc.StatusCode.PERMISSION_DENIED, details)


def unauthenticated(details: str) -> Refused:
    return Refused(grpc.StatusCode.UNAUTHENTICATED, details)


def unimplemented(details: str) -> Refused:
    return Refused(grpc.StatusCode.UNIMPLEMENTED, details)
