/// Virtual time: seconds since the beginning of a simulation, or a length of time in it. No clock of the machine is ever read.
public typealias Seconds = Double
