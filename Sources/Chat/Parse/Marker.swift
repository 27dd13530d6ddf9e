import Tokenizer

/// A marker as the parser looks for it: layout, what must be there, layout.
struct Marker: Sendable, Equatable {
    enum Atom: Sendable, Equatable {
        case text([UInt8])
        /// An added token, matched by its id.
        case token(UInt32)
        /// White space with a newline: any white space, or none.
        case space
    }

    /// White space in front of it and behind it, taken off as far as it is there.
    var lead: [UInt8]
    var trail: [UInt8]
    var atoms: [Atom]
    /// The first byte of what must be there.
    private(set) var first: UInt8?

    var isEmpty: Bool { atoms.isEmpty }

    /// Whether it cannot be mistaken for what people write: it holds an added token, or three bytes of text.
    var isDistinct: Bool {
        atoms.contains { atom in
            switch atom {
            case .token: true
            case .text(let text): text.count > 2
            case .space: false
            }
        }
    }

    var firstToken: UInt32? { if case .token(let id)? = atoms.first { id } else { nil } }
    var lastToken: UInt32? { if case .token(let id)? = atoms.last { id } else { nil } }
    var tokens: [UInt32] { atoms.compactMap { if case .token(let id) = $0 { id } else { nil } } }

    /// What announces it: its first token alone, else all of it.
    var announcing: Marker {
        guard case .token? = atoms.first, atoms.count > 1 else { return self }
        var first = self
        (first.trail, first.atoms) = ([], [atoms[0]])
        return first
    }

    /// Without the tokens at its end that stop a turn: nothing behind them is read.
    func withoutEnd(_ stops: Set<UInt32>) -> Marker {
        var marker = self
        while case .token(let id)? = marker.atoms.last, stops.contains(id), marker.atoms.count > 1 {
            marker.atoms.removeLast()
            if case .space? = marker.atoms.last { marker.atoms.removeLast() }
        }
        return marker
    }

    /// Its last part alone, where that is distinct.
    var ending: Marker? {
        guard let last = atoms.last else { return nil }
        var ending = self
        (ending.lead, ending.atoms) = ([], [last])
        ending.first = nil
        return ending.isDistinct ? ending : nil
    }

    init(_ bytes: some Collection<UInt8>, _ vocabulary: MarkerVocabulary) {
        let bytes = Array(bytes)
        lead = Array(bytes.prefix(while: isSpace))
        let rest = bytes[lead.count...]
        trail = Array(rest.reversed().prefix(while: isSpace).reversed())
        atoms = Marker.atoms(rest.dropLast(trail.count), vocabulary)
        first = rest.dropLast(trail.count).first
    }

    private static func atoms(_ core: ArraySlice<UInt8>, _ vocabulary: MarkerVocabulary) -> [Atom] {
        var atoms = [Atom]()
        var text = [UInt8]()
        func flush() {
            if !text.isEmpty { atoms.append(.text(text)) }
            text = []
        }
        var i = core.startIndex
        while i < core.endIndex {
            if isSpace(core[i]) {
                let run = core[i...].prefix(while: isSpace)
                if run.contains(0x0A) {
                    flush()
                    atoms.append(.space)
                } else {
                    text += run
                }
                i = run.endIndex
            } else if let (id, count) = vocabulary.token(at: core[i...]) {
                flush()
                atoms.append(.token(id))
                i += count
            } else {
                text.append(core[i])
                i += 1
            }
        }
        flush()
        return spaced(atoms)
    }

    /// Around a token models write white space that templates do not, or leave out what they write.
    private static func spaced(_ atoms: [Atom]) -> [Atom] {
        var spaced = [Atom]()
        for (i, atom) in atoms.enumerated() {
            var atom = atom
            if case .text(var text) = atom {
                if i > 0 { text = Array(text.drop(while: isSpace)) }
                if i + 1 < atoms.count { while text.last.map(isSpace) == true { text.removeLast() } }
                if text.isEmpty { atom = .space } else { atom = .text(text) }
            }
            if let last = spaced.last {
                if last != .space, atom != .space { spaced.append(.space) }
                if last == .space, atom == .space { continue }
            }
            spaced.append(atom)
        }
        return spaced
    }
}

/// The added tokens of a vocabulary that may be markers: those that are not white space.
struct MarkerVocabulary: Sendable {
    private var byFirst: [[(content: [UInt8], id: UInt32)]] = Array(repeating: [], count: 256)

    init(_ tokenizer: Tokenizer) {
        for token in tokenizer.addedTokens {
            guard let first = token.content.first, token.content.count > 1, !token.content.allSatisfy(isSpace) else {
                continue
            }
            byFirst[Int(first)].append((token.content, token.id))
        }
        for i in byFirst.indices { byFirst[i].sort { $0.content.count > $1.content.count } }
    }

    /// The longest token that a text begins with.
    func token(at text: ArraySlice<UInt8>) -> (id: UInt32, count: Int)? {
        guard let first = text.first else { return nil }
        for (content, id) in byFirst[Int(first)] where text.starts(with: content) { return (id, content.count) }
        return nil
    }
}

/// Markers with fields between them: `<function={name}>`.
struct Pattern: Sendable {
    enum Part: Sendable {
        case marker(Marker)
        case name
        case id
        case index
        case any
    }

    var parts: [Part]

    init(_ bytes: [UInt8], _ vocabulary: MarkerVocabulary) {
        let fields: [(StaticString, Part)] = [("{name}", .name), ("{id}", .id), ("{index}", .index), ("{*}", .any)]
        var parts = [Part]()
        var start = 0
        var i = 0
        scan: while i < bytes.count {
            if bytes[i] == UInt8(ascii: "{") {
                for (text, part) in fields {
                    let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
                    guard bytes[i...].starts(with: wanted) else { continue }
                    if i > start { parts.append(.marker(Marker(bytes[start..<i], vocabulary))) }
                    parts.append(part)
                    i += wanted.count
                    start = i
                    continue scan
                }
            }
            i += 1
        }
        if start < bytes.count { parts.append(.marker(Marker(bytes[start...], vocabulary))) }
        self.parts = parts
    }

    /// The marker in front of the first field; nil where a field comes first.
    var prefix: Marker? { if case .marker(let marker)? = parts.first { marker } else { nil } }
    var hasName: Bool { parts.contains { if case .name = $0 { true } else { false } } }
    var markers: [Marker] { parts.compactMap { if case .marker(let marker) = $0 { marker } else { nil } } }
    /// The layout behind it.
    var trail: [UInt8] { if case .marker(let marker)? = parts.last { marker.trail } else { [] } }
}
