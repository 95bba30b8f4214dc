"""An emulator of the part of Viam's cloud that Trainyard uses: another program, which shares only `protos/`."""
