"""The contract with Viam's cloud: our own .proto files and what `make protos` generates from them."""
