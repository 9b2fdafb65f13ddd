print("arango-emulator")
