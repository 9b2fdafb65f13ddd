internal import Mapping
internal import Settings
internal import Synchronization

/// Who is behind a processor index. It is a place: a reload may give it to another processor when nothing of the one before is left.
struct Roster: Sendable {
    /// The settings in force.
    private(set) var settings: Settings
    /// The place of each processor of the settings, in their order.
    private(set) var places: [ProcessorIndex]
    /// By place: who has it, or had it last.
    private(set) var occupants: [ProcessorSettings]

    /// Each processor has the place of its position.
    init(_ settings: Settings) {
        self.settings = settings
        places = Array(settings.processors.indices)
        occupants = settings.processors
    }

    /// Where the processor of this name is.
    func place(of name: String) -> ProcessorIndex? {
        zip(settings.processors, places).first { $0.0.name == name }?.1
    }

    /// The places of the processors that are in both.
    func places(in other: Roster) -> [(there: ProcessorIndex, here: ProcessorIndex)] {
        zip(settings.processors, places).compactMap { processor, place in other.place(of: processor.name).map { (place, $0) } }
    }

    /// Places that nobody has.
    var vacancies: [ProcessorIndex] { occupants.indices.filter { !places.contains($0) } }

    /// Takes other settings in: processors named in `staying` keep their places, the others get one of `vacancies`, or a new one.
    mutating func adopt(_ settings: Settings, staying: Set<String>, vacancies: [ProcessorIndex]) {
        var vacancies = vacancies[...]
        var places: [ProcessorIndex] = []
        for processor in settings.processors {
            if staying.contains(processor.name), let place = place(of: processor.name) {
                places.append(place)
            } else if let vacancy = vacancies.popFirst() {
                places.append(vacancy)
            } else {
                places.append(occupants.count)
                occupants.append(processor)
            }
            occupants[places[places.count - 1]] = processor
        }
        self.settings = settings
        self.places = places
    }
}

/// The roster in force, for all threads.
final class RosterBoard: Sendable {
    private let content: Mutex<Roster>

    init(_ roster: Roster) { content = Mutex(roster) }

    var roster: Roster {
        get { content.withLock { $0 } }
        set { content.withLock { $0 = newValue } }
    }

    /// Who has this place, or had it last.
    subscript(place: ProcessorIndex) -> ProcessorSettings { content.withLock { $0.occupants[place] } }
}
