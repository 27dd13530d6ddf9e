public import JSON

/// Many training samples: `samples`, and beside it what goes for all that do not say otherwise.
public struct TrainingBatch: Sendable {
    private let samples: [Object]
    private let shared: Object
    public let threads: Int

    public init(_ fields: Fields) throws(FieldError) {
        let samples = try fields.required("samples", fields.array("samples"))
        threads = try fields.integer("threads") ?? 1
        if threads < 1 { throw fields.error("threads", .notAllowed("must be at least 1")) }
        var defaults = fields.object
        defaults.set("samples", nil)
        defaults.set("threads", nil)
        var objects = [Object]()
        objects.reserveCapacity(samples.count)
        for (i, sample) in samples.enumerated() {
            guard let object = sample.object else {
                throw FieldError(
                    path: "\(fields.path("samples"))[\(i)]",
                    problem: .wrongKind(expected: "an object", found: sample.kind))
            }
            objects.append(object)
        }
        self.samples = objects
        shared = defaults
    }

    var count: Int { samples.count }

    /// Read on the thread that renders it.
    func request(_ i: Int) throws(ChatError) -> TrainingRequest {
        var merged = samples[i]
        for member in shared.members where merged.index(of: member.key) == nil { merged[member.key] = member.value }
        do {
            return try TrainingRequest(Fields(merged))
        } catch {
            throw .field(error)
        }
    }
}
