import Chat
import Glibc
import Synchronization

/// The requests that were read last, by their whole texts: trainers send the same words with thousands of prompts.
final class KnownRequests: Sendable {
    private struct Known {
        let text: [UInt8]
        let hasModel: Bool
        weak var model: Model?
        let settings: GenerateSettings

        func isOf(_ text: [UInt8], _ model: Model?) -> Bool {
            text.count == self.text.count && hasModel == (model != nil) && self.model === model
                && memcmp(text, self.text, text.count) == 0
        }
    }

    private static let limit = 8
    /// What is longer is hardly said twice.
    private static let longest = 1 << 12

    private let known = Mutex([Known]())

    func settings(_ text: [UInt8], _ model: Model?) -> GenerateSettings? {
        known.withLock { known in known.last { $0.isOf(text, model) }?.settings }
    }

    func add(_ text: [UInt8], _ model: Model?, _ settings: GenerateSettings) {
        guard text.count <= KnownRequests.longest else { return }
        known.withLock { known in
            if known.count == KnownRequests.limit { known.removeFirst() }
            known.append(Known(text: text, hasModel: model != nil, model: model, settings: settings))
        }
    }
}
