import Bytes
import Template
import Tokenizer

/// What the ids of a turn say of how it ended. Reads the last ids of the prompt and those of the completion.
struct SampledTurn {
    /// The turn's last id stops it.
    var isClosed: Bool
    /// Text behind a stop, where there is some: bytes that were sampled after the turn had ended.
    var behindStop: [UInt8] = []
    /// Whether the model reasoned, in words.
    var reasons = false
    /// Whether it still does where the completion ends.
    var reasoningIsOpen = false
    /// The completion's text up to where reasoning ends that says nothing.
    var emptyReasoning: [UInt8] = []
    /// The first bytes behind the reasoning, without white space in front.
    var said: ArraySlice<UInt8> = []

    init(
        prompt: UnsafeBufferPointer<UInt32>, completion: UnsafeBufferPointer<UInt32>, stops: Set<UInt32>,
        markers: TurnFacts.ReasoningMarkers?, model: Model
    ) {
        isClosed = completion.last.map(stops.contains) ?? false
        if !isClosed, let stop = completion.lastIndex(where: stops.contains) {
            behindStop = SampledTurn.text(completion[(stop + 1)...], model)
        }
        said = SampledTurn.head(completion[...], model)
        guard let markers else { return }
        let opens = SampledTurn.opens(prompt, with: markers.start, model) || said.starts(with: markers.start)
        var before: [UInt8]?
        if let marker = SampledTurn.addedToken(markers.end, model) {
            // What also ends turns ends reasoning only where there is some.
            if stops.contains(marker), !opens { return }
            if let end = completion.firstIndex(of: marker) {
                before = SampledTurn.text(completion[..<end].suffix(64), model)
                let rest = SampledTurn.head(completion[end...], model)
                said = PythonWhitespace.stripStart(rest.dropFirst(markers.end.count))
            }
        } else {
            let text = SampledTurn.text(completion[...], model)
            if let end = ByteSearch.first(markers.end, in: text) {
                before = Array(text[..<end])
                said = PythonWhitespace.stripStart(text[(end + markers.end.count)...])
            }
        }
        guard let before else {
            reasons = opens
            reasoningIsOpen = opens
            return
        }
        var thought = PythonWhitespace.strip(before[...])
        if thought.starts(with: markers.start) { thought = thought.dropFirst(markers.start.count) }
        reasons = !PythonWhitespace.strip(thought).isEmpty
        if !reasons { emptyReasoning = before + markers.end }
    }

    /// Whether the words in front of the stop end with `text`, white space aside.
    static func ends(_ completion: UnsafeBufferPointer<UInt32>, with text: [UInt8], _ model: Model) -> Bool {
        let last = SampledTurn.text(completion.dropLast().suffix(16), model)
        let words = PythonWhitespace.stripEnd(last[...])
        return words.count >= text.count && words.suffix(text.count).elementsEqual(text)
    }

    /// Whether a prompt has reasoning in words. Reads all of it.
    static func reasons(
        _ prompt: UnsafeBufferPointer<UInt32>, _ markers: TurnFacts.ReasoningMarkers, _ model: Model
    ) -> Bool {
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
        guard let start = try? model.tokenizer.encode(markers.start, options: options).ids, let first = start.first
        else { return true }
        // Letters may be cut into tokens in many ways.
        if !model.tokenizer.isAdded(first) { return reasons(text(prompt[...], model), markers) }
        var at = 0
        while let found = prompt[at...].firstIndex(of: first) {
            at = found + 1
            guard prompt[found...].starts(with: start) else { continue }
            let rest = text(prompt[(found + start.count)...].prefix(16 + markers.end.count), model)
            if says(rest[...], markers) { return true }
        }
        return false
    }

    private static func reasons(_ text: [UInt8], _ markers: TurnFacts.ReasoningMarkers) -> Bool {
        var rest = text[...]
        while let found = ByteSearch.first(markers.start, in: rest) {
            rest = rest.dropFirst(found + markers.start.count)
            if says(rest, markers) { return true }
        }
        return false
    }

    /// Whether something was thought behind the start of reasoning. The last one may be what the generation prompt opens.
    private static func says(_ rest: ArraySlice<UInt8>, _ markers: TurnFacts.ReasoningMarkers) -> Bool {
        let words = PythonWhitespace.stripStart(rest)
        return !words.isEmpty && !words.starts(with: markers.end)
    }

    /// The first words: enough to see what they open.
    private static func head(_ ids: Slice<UnsafeBufferPointer<UInt32>>, _ model: Model) -> ArraySlice<UInt8> {
        PythonWhitespace.stripStart(text(ids.prefix(64), model)[...])
    }

    private static func opens(_ prompt: UnsafeBufferPointer<UInt32>, with marker: [UInt8], _ model: Model) -> Bool {
        let before = PythonWhitespace.stripEnd(text(prompt.suffix(16), model)[...])
        return before.count >= marker.count && before.suffix(marker.count).elementsEqual(marker)
    }

    /// The id of a marker's first token, where that is an added one.
    private static func addedToken(_ marker: [UInt8], _ model: Model) -> UInt32? {
        let options = Tokenizer.EncodeOptions(addSpecialTokens: false)
        guard let first = try? model.tokenizer.encode(marker, options: options).ids.first else { return nil }
        return model.tokenizer.isAdded(first) ? first : nil
    }

    private static func text(_ ids: Slice<UnsafeBufferPointer<UInt32>>, _ model: Model) -> [UInt8] {
        (try? model.tokenizer.decode(UnsafeBufferPointer(rebasing: ids), skipSpecialTokens: false)) ?? []
    }
}
