import Bytes
public import CTypecase
import JSON
import Tokenizer

@c @implementation
public func typecase_tokenizer_open(
    _ path: UnsafePointer<CChar>?, _ path_len: Int, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) {
        let path = try Inputs.path(path, path_len, "path")
        do {
            return try Tokenizer(json: File.read(path))
        } catch let error as File.ReadError {
            throw Failure(TYPECASE_ERR_FILE, "\(path): \(error.reason)", field: path)
        } catch let error as TokenizerError {
            throw Failure(error, file: path)
        }
    }
}

@c @implementation
public func typecase_tokenizer_new(
    _ json: UnsafePointer<CChar>?, _ json_len: Int, _ out_tokenizer: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_tokenizer, out_error) { try Tokenizer(json: Array(Inputs.required(json, json_len, "json"))) }
}

@c @implementation
public func typecase_tokenizer_free(_ tokenizer: OpaquePointer?) { Handle.free(tokenizer) }

@c @implementation
public func typecase_tokenizer_encode(
    _ tokenizer: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ text_len: Int,
    _ options: UnsafePointer<typecase_encode_options>?, _ out_encoding: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_encoding, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let text = try Inputs.bytes(text, text_len, "text")
        let options = try Tokenizer.EncodeOptions(options)
        return EncodingHandle([try tokenizer.encode(text, options: options)], withOffsets: options.offsets)
    }
}

@c @implementation
public func typecase_tokenizer_encode_batch(
    _ tokenizer: OpaquePointer?, _ texts: UnsafePointer<UnsafePointer<CChar>?>?, _ text_lens: UnsafePointer<Int>?,
    _ count: Int, _ options: UnsafePointer<typecase_encode_options>?, _ out_encoding: OutHandle?,
    _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_encoding, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let options = try Tokenizer.EncodeOptions(options)
        guard count >= 0 else { throw Failure.argument("count is larger than memory can be") }
        if count == 0 { return EncodingHandle([], withOffsets: options.offsets) }
        guard let texts, let text_lens else { throw Failure.argument("texts or text_lens is NULL") }
        var encodings = [Encoding]()
        encodings.reserveCapacity(count)
        for i in 0..<count {
            do {
                encodings.append(try tokenizer.encode(Inputs.bytes(texts[i], text_lens[i], "texts"), options: options))
            } catch let error as TokenizerError {
                throw Failure(error, text: "texts[\(i)]")
            }
        }
        return EncodingHandle(encodings, withOffsets: options.offsets)
    }
}

@c @implementation
public func typecase_tokenizer_encode_into(
    _ tokenizer: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ text_len: Int,
    _ options: UnsafePointer<typecase_encode_options>?, _ ids: UnsafeMutablePointer<UInt32>?, _ capacity: Int,
    _ out_count: UnsafeMutablePointer<Int>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let text = try Inputs.bytes(text, text_len, "text")
        let room = try Inputs.ids(UnsafePointer(ids), capacity, "ids")
        guard let out_count else { throw Failure.argument("out_count is NULL") }
        var found = [UInt32]()
        try tokenizer.encode(text, options: Tokenizer.EncodeOptions(options), appendingTo: &found)
        out_count.pointee = found.count
        found.withUnsafeBufferPointer { found in
            guard let ids, let base = found.baseAddress else { return }
            ids.update(from: base, count: min(found.count, room.count))
        }
        if found.count > room.count {
            throw Failure(
                TYPECASE_ERR_LIMIT, "the text has \(found.count) ids, and there is room for \(room.count)",
                field: "capacity")
        }
    }
}

@c @implementation
public func typecase_tokenizer_decode(
    _ tokenizer: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int, _ skip_special_tokens: Int32,
    _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        let ids = try Inputs.ids(ids, count, "ids")
        return TextHandle(try tokenizer.decode(ids, skipSpecialTokens: skip_special_tokens != 0))
    }
}

@c @implementation
public func typecase_tokenizer_vocab_size(_ tokenizer: OpaquePointer?) -> Int {
    Handle.borrow(tokenizer, as: Tokenizer.self)?.vocabularySize ?? 0
}

@c @implementation
public func typecase_tokenizer_id_limit(_ tokenizer: OpaquePointer?) -> Int {
    Handle.borrow(tokenizer, as: Tokenizer.self)?.idLimit ?? 0
}

@c @implementation
public func typecase_tokenizer_token_to_id(
    _ tokenizer: OpaquePointer?, _ token: UnsafePointer<CChar>?, _ token_len: Int
) -> Int64 {
    guard let tokenizer = Handle.borrow(tokenizer, as: Tokenizer.self),
        let token = try? Inputs.bytes(token, token_len, "token"), let id = tokenizer.id(of: Array(token))
    else { return -1 }
    return Int64(id)
}

@c @implementation
public func typecase_tokenizer_id_to_token(
    _ tokenizer: OpaquePointer?, _ id: UInt32, _ out_text: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_text, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        guard let token = tokenizer.token(id) else {
            throw Failure(TYPECASE_ERR_VOCABULARY, "no token has the id \(id)", field: "id")
        }
        return TextHandle(token)
    }
}

@c @implementation
public func typecase_tokenizer_info(
    _ tokenizer: OpaquePointer?, _ out_json: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_json, out_error) {
        let tokenizer = try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer")
        var info = tokenizer.info
        info.set("vocab_size", .integer(tokenizer.vocabularySize))
        info.set("id_limit", .integer(tokenizer.idLimit))
        info.set("added_tokens", .array(tokenizer.addedTokens.map(\.description)))
        return TextHandle(Dumps().bytes(.object(info)))
    }
}

extension AddedToken {
    /// The token as tokenizer.json writes it.
    fileprivate var description: Value {
        .object(
            Object([
                "id": .integer(Int(id)), "content": .string(content), "special": .bool(isSpecial),
                "normalized": .bool(isNormalized), "lstrip": .bool(stripsLeft), "rstrip": .bool(stripsRight),
                "single_word": .bool(isSingleWord),
            ]))
    }
}

extension Tokenizer.EncodeOptions {
    init(_ options: UnsafePointer<typecase_encode_options>?) throws(Failure) {
        self.init()
        let flags = try Inputs.options(options, defaults: typecase_encode_options()).flags
        let known = UInt32(
            TYPECASE_ENCODE_NO_SPECIAL_TOKENS | TYPECASE_ENCODE_SPECIAL_AS_TEXT | TYPECASE_ENCODE_OFFSETS)
        if flags & ~known != 0 { throw .argument("options.flags has bits that are no TYPECASE_ENCODE_…") }
        addSpecialTokens = flags & UInt32(TYPECASE_ENCODE_NO_SPECIAL_TOKENS) == 0
        specialTokensAsText = flags & UInt32(TYPECASE_ENCODE_SPECIAL_AS_TEXT) != 0
        offsets = flags & UInt32(TYPECASE_ENCODE_OFFSETS) != 0
    }
}
