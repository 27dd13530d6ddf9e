/// Looking at a value where it lies, without retaining what it holds. Every function here only reads memory, so the
/// compiler needs no reference counts; what they return is good until the value changes.
extension UnsafePointer<TemplateValue> {
    /// Of a string, what printing it takes.
    @inline(never)
    var string: BorrowedText? {
        guard case .string(let text) = pointee else { return nil }
        return BorrowedText(
            base: text.base, count: text.count, origin: text.origin, hasRuns: text.hasRuns, isMarkup: text.isMarkup)
    }

    /// Whether this is a string, and not Markup.
    @inline(never)
    var isPlainString: Bool {
        switch pointee {
        case .string(let text): return !text.isMarkup
        case .literal: return true
        default: return false
        }
    }

    /// Python truth.
    @inline(never)
    var isTrue: Bool { pointee.isTrue }

    /// Where a dict or namespace keeps what an attribute means; nil if this is neither, has no such key, or if a
    /// method may come first.
    @inline(never)
    func entry(attribute name: UnsafePointer<AttributeName>) -> UnsafePointer<DictObject.Entry>? {
        switch pointee {
        case .dict(let dict): return name.pointee.isPlain ? dict.entry(name.pointee.key) : nil
        case .namespace(let namespace):
            return name.pointee.isPrivate ? nil : namespace.dict.entry(name.pointee.key)
        default: return nil
        }
    }

    /// Whether this is a dict, where `entry` found no such attribute, and nothing but a key could be meant.
    @inline(never)
    func lacks(_ name: UnsafePointer<AttributeName>) -> Bool {
        if case .dict = pointee { return name.pointee.isPlain }
        return false
    }

    /// Where a dict keeps the entry of a key.
    @inline(never)
    func entry(_ key: NameKey) -> UnsafePointer<DictObject.Entry>? {
        if case .dict(let dict) = pointee { return dict.entry(key) }
        return nil
    }

    /// Where a list keeps an item.
    @inline(never)
    func item(_ index: Int) -> UnsafePointer<TemplateValue>? {
        guard case .list(let list) = pointee, let base = list.base else { return nil }
        let position = index < 0 ? index &+ list.count : index
        return position >= 0 && position < list.count ? base + position : nil
    }

    /// The message that a dict belongs to, or -1.
    @inline(never)
    var message: Int {
        if case .dict(let dict) = pointee { return dict.message }
        return -1
    }

    /// What numbers inside a container are derived from.
    @inline(never)
    var fieldOrigin: OriginID {
        switch pointee {
        case .dict(let dict): return dict.origin
        case .list(let list): return list.origin
        default: return 0
        }
    }

    /// 1 if it is the string `other`, 0 if it is another string, -1 if it is none.
    @inline(never)
    func compare(_ other: NameKey) -> Int {
        guard case .string(let text) = pointee else { return -1 }
        return text.count == other.count && Text.equal(text.base, other.base, other.count) ? 1 : 0
    }

    /// Whether it is a dict with the key `other`: 1 or 0; -1 if it is no dict.
    @inline(never)
    func contains(_ other: NameKey) -> Int {
        guard case .dict(let dict) = pointee else { return -1 }
        return dict.entry(other) != nil ? 1 : 0
    }

    /// The attributes of `loop` that need no look at what is still to come.
    @inline(never)
    func loopProperty(_ name: MethodName) -> LoopProperty {
        guard case .loop(let loop) = pointee else { return .unknown }
        switch name {
        case .index: return .int(loop.index0 &+ 1)
        case .index0: return .int(loop.index0)
        case .first: return .bool(loop.index0 == 0)
        case .last: return loop.isCounted ? .bool(loop.index0 &+ 1 >= loop.count) : .unknown
        case .length: return loop.isCounted ? .int(loop.count) : .unknown
        default: return .unknown
        }
    }

    /// A test without arguments, for the kinds that are plain; nil where the general way has to be taken.
    @inline(never)
    func passes(_ test: TestName) -> Bool? {
        switch test {
        case .defined: return !pointee.isUndefined
        case .undefined: return pointee.isUndefined
        case .none: if case .none = pointee { return true } else { return false }
        case .string: if case .string = pointee { return true } else { return false }
        case .mapping: if case .dict = pointee { return true } else { return false }
        case .true: if case .bool(let flag) = pointee { return flag } else { return false }
        case .false: if case .bool(let flag) = pointee { return !flag } else { return false }
        case .iterable:
            switch pointee {
            case .string, .list, .dict, .tuple: return true
            case .none, .int, .float, .bool: return false
            default: return nil
            }
        default: return nil
        }
    }
}

/// A text as printing sees it.
struct BorrowedText {
    var base: UnsafePointer<UInt8>
    var count: Int
    var origin: OriginID
    var hasRuns: Bool
    var isMarkup: Bool
}

/// An attribute of `loop`, without a reference in it.
enum LoopProperty {
    case unknown
    case int(Int)
    case bool(Bool)
}
