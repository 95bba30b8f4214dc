"""The gRPC services, one a file: what arrives over the wire, asked of the world."""
