import CTypecase
import Chat
import JSON

/// Reading what a caller passed: pointers and lengths checked, nothing copied unless it says so.
enum Inputs {
    static func bytes(
        _ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString
    ) throws(Failure) -> UnsafeBufferPointer<UInt8> {
        guard length >= 0 else { throw .argument("the length of \(name) is larger than memory can be") }
        guard let pointer else {
            guard length == 0 else { throw .argument("\(name) is NULL, and its length is \(length)") }
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return UnsafeBufferPointer(start: UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self), count: length)
    }

    static func required(
        _ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString
    ) throws(Failure) -> UnsafeBufferPointer<UInt8> {
        guard pointer != nil else { throw .argument("\(name) is NULL") }
        return try bytes(pointer, length, name)
    }

    /// A path: a text without NUL.
    static func path(_ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString) throws(Failure) -> String {
        let bytes = try required(pointer, length, name)
        if bytes.isEmpty { throw .argument("\(name) is empty") }
        if bytes.contains(0) { throw .argument("\(name) holds a NUL") }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func ids(
        _ pointer: UnsafePointer<UInt32>?, _ count: Int, _ name: StaticString
    ) throws(Failure) -> UnsafeBufferPointer<UInt32> {
        guard count >= 0, count <= Int.max / 4 else {
            throw .argument("the count of \(name) is larger than memory can be")
        }
        if pointer == nil && count > 0 { throw .argument("\(name) is NULL, and its count is \(count)") }
        return UnsafeBufferPointer(start: pointer, count: count)
    }

    /// A JSON object; `name` is what errors call the text.
    static func object(
        _ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString
    ) throws(Failure) -> Fields {
        do {
            return try Fields(root: value(pointer, length, name), name: "\(name)")
        } catch let error as FieldError {
            throw Failure(error)
        } catch {
            throw Failure(describing: error)
        }
    }

    /// A request for a model with messages, some of which it may have seen before.
    static func request(
        _ pointer: UnsafePointer<CChar>?, _ length: Int, for model: Model
    ) throws(Failure) -> Fields {
        let text = try required(pointer, length, "request")
        do {
            return try Fields(root: model.parse(request: text), name: "request")
        } catch let error as JSONError {
            throw Failure(error, document: "request")
        } catch let error as FieldError {
            throw Failure(error)
        } catch {
            throw Failure(describing: error)
        }
    }

    /// A JSON object of options, which may be NULL.
    static func options(_ pointer: UnsafePointer<CChar>?, _ length: Int) throws(Failure) -> Fields {
        if pointer == nil, length == 0 { return Fields(Object()) }
        return try object(pointer, length, "options")
    }

    /// Any JSON value.
    static func value(_ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString) throws(Failure) -> Value {
        let text = try required(pointer, length, name)
        do {
            return try JSONParser.parse(text)
        } catch {
            throw Failure(error, document: "\(name)")
        }
    }

    static func handle<T: AnyObject>(_ handle: OpaquePointer?, as type: T.Type, _ name: StaticString) throws(Failure)
        -> T
    {
        guard let handle else { throw .argument("\(name) is NULL") }
        return Handle.borrow(handle, as: type)
    }

    /// The caller's options, as far as the caller's struct goes; `defaults` for NULL and for members it does not have.
    ///
    /// A struct that is longer than ours comes from a newer header: its tail must be zero, because we would ignore it.
    static func options<T: BitwiseCopyable>(_ pointer: UnsafePointer<T>?, defaults: T) throws(Failure) -> T {
        guard let pointer else { return defaults }
        let raw = UnsafeRawPointer(pointer)
        let size = raw.loadUnaligned(as: Int.self)
        guard size >= MemoryLayout<Int>.size, size <= 65_536 else {
            throw .argument("options.size is \(size): set it to sizeof the struct")
        }
        let tail = UnsafeRawBufferPointer(start: raw, count: size).dropFirst(MemoryLayout<T>.size)
        guard tail.allSatisfy({ $0 == 0 }) else {
            throw .argument("options holds members that this version of the library does not know")
        }
        var options = defaults
        withUnsafeMutableBytes(of: &options) { bytes in
            bytes.copyMemory(from: UnsafeRawBufferPointer(start: raw, count: min(size, bytes.count)))
        }
        return options
    }
}
