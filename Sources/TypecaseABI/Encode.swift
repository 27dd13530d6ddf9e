import Bytes
public import CTypecase
import Tokenizer

/// The options of a call that encodes, as the caller gave them.
struct EncodeCall {
    let tokenizer: Tokenizer
    private(set) var options = Tokenizer.EncodeOptions()
    private var replacesInvalid = false

    init(_ tokenizer: OpaquePointer?, _ given: UnsafePointer<typecase_encode_options>?) throws(Failure) {
        self.tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let flags = try Inputs.options(given, defaults: typecase_encode_options()).flags
        func has(_ flag: some BinaryInteger) -> Bool { flags & UInt32(flag) != 0 }
        let known = UInt32(
            TYPECASE_ENCODE_NO_SPECIAL_TOKENS | TYPECASE_ENCODE_SPECIAL_AS_TEXT | TYPECASE_ENCODE_OFFSETS
                | TYPECASE_ENCODE_TRUNCATE_AND_PAD | TYPECASE_ENCODE_REPLACE_INVALID | TYPECASE_ENCODE_NO_CACHE)
        if flags & ~known != 0 { throw .argument("options.flags has bits that are no TYPECASE_ENCODE_…") }
        options.addSpecialTokens = !has(TYPECASE_ENCODE_NO_SPECIAL_TOKENS)
        options.specialTokensAsText = has(TYPECASE_ENCODE_SPECIAL_AS_TEXT)
        options.offsets = has(TYPECASE_ENCODE_OFFSETS)
        options.appliesTruncationAndPadding = has(TYPECASE_ENCODE_TRUNCATE_AND_PAD)
        options.usesCaches = !has(TYPECASE_ENCODE_NO_CACHE)
        replacesInvalid = has(TYPECASE_ENCODE_REPLACE_INVALID)
    }

    /// Calls `body` with a text of the caller, or with a repaired copy of it; errors name the text where a name is given.
    func with<R>(
        _ text: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString,
        _ body: (UnsafeBufferPointer<UInt8>) throws(TokenizerError) -> R
    ) throws -> R {
        let bytes = try Inputs.bytes(text, length, name)
        if replacesInvalid, UTF8Check.firstInvalid(bytes) != nil {
            return try Array(String(decoding: bytes, as: UTF8.self).utf8).withUnsafeBufferPointer(body)
        }
        return try body(bytes)
    }
}

@c @implementation
public func typecase_tokenizer_encode(
    _ tokenizer: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ text_len: Int,
    _ options: UnsafePointer<typecase_encode_options>?, _ out_encoding: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_encoding, out_error) {
        let call = try EncodeCall(tokenizer, options)
        let encoding = try call.with(text, text_len, "text") { text throws(TokenizerError) in
            try call.tokenizer.encode(text, options: call.options)
        }
        return EncodingHandle([encoding], withOffsets: call.options.offsets)
    }
}

@c @implementation
public func typecase_tokenizer_encode_pair(
    _ tokenizer: OpaquePointer?, _ first: UnsafePointer<CChar>?, _ first_len: Int, _ second: UnsafePointer<CChar>?,
    _ second_len: Int, _ options: UnsafePointer<typecase_encode_options>?, _ out_encoding: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_encoding, out_error) {
        let call = try EncodeCall(tokenizer, options)
        func text(_ pointer: UnsafePointer<CChar>?, _ length: Int, _ name: StaticString) throws -> [UInt8] {
            let bytes = try call.with(pointer, length, name) { Array($0) }
            if let offset = UTF8Check.firstInvalid(bytes) {
                throw Failure(TokenizerError(.invalidUTF8(offset: offset)), text: "\(name)")
            }
            return bytes
        }
        let encoding = try call.tokenizer.encode(
            text(first, first_len, "first"), pair: text(second, second_len, "second"), options: call.options)
        return EncodingHandle([encoding], withOffsets: call.options.offsets)
    }
}

@c @implementation
public func typecase_tokenizer_encode_batch(
    _ tokenizer: OpaquePointer?, _ texts: UnsafePointer<UnsafePointer<CChar>?>?, _ text_lens: UnsafePointer<Int>?,
    _ count: Int, _ options: UnsafePointer<typecase_encode_options>?, _ out_encoding: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_encoding, out_error) {
        let call = try EncodeCall(tokenizer, options)
        guard count >= 0 else { throw Failure.argument("count is larger than memory can be") }
        if count == 0 { return EncodingHandle([], withOffsets: call.options.offsets) }
        guard let texts, let text_lens else { throw Failure.argument("texts or text_lens is NULL") }
        func each<R>(_ body: (UnsafeBufferPointer<UInt8>) throws(TokenizerError) -> R) throws -> [R] {
            try (0..<count).map { i in
                do {
                    return try call.with(texts[i], text_lens[i], "texts", body)
                } catch let error as TokenizerError {
                    throw Failure(error, text: "texts[\(i)]")
                }
            }
        }
        if call.options.appliesTruncationAndPadding {
            // Padding is to the longest: the texts are looked at together.
            let copies = try each { text throws(TokenizerError) in
                if let offset = UTF8Check.firstInvalid(text) { throw TokenizerError(.invalidUTF8(offset: offset)) }
                return Array(text)
            }
            let encodings = try call.tokenizer.encode(batch: copies, options: call.options)
            return EncodingHandle(encodings, withOffsets: call.options.offsets)
        }
        let encodings = try each { text throws(TokenizerError) in
            try call.tokenizer.encode(text, options: call.options)
        }
        return EncodingHandle(encodings, withOffsets: call.options.offsets)
    }
}

@c @implementation
public func typecase_tokenizer_encode_into(
    _ tokenizer: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ text_len: Int,
    _ options: UnsafePointer<typecase_encode_options>?, _ ids: UnsafeMutablePointer<UInt32>?, _ capacity: Int,
    _ out_count: UnsafeMutablePointer<Int>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        let call = try EncodeCall(tokenizer, options)
        let room = try Inputs.ids(UnsafePointer(ids), capacity, "ids")
        guard let out_count else { throw Failure.argument("out_count is NULL") }
        let count = try call.with(text, text_len, "text") { text throws(TokenizerError) in
            try call.tokenizer.encode(
                text, options: call.options, into: UnsafeMutableBufferPointer(start: ids, count: room.count))
        }
        out_count.pointee = count
        if count > room.count {
            throw Failure(
                TYPECASE_ERR_LIMIT, "the text has \(count) ids, and there is room for \(room.count)", field: "capacity")
        }
    }
}
