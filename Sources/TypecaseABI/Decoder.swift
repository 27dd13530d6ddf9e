public import CTypecase
import Tokenizer

/// A streaming decoder, and the text it gave last. One thread uses it at a time.
final class DecoderHandle {
    private var decoder: StreamingDecoder?
    private var text = TextHandle([])

    init(_ tokenizer: Tokenizer, skipSpecialTokens: Bool) {
        decoder = tokenizer.streamingDecoder(skipSpecialTokens: skipSpecialTokens)
    }

    /// Nil ids end the decoder. After an error, which only a text that grows too long is, it is used up as well.
    func advance(
        _ ids: UnsafeBufferPointer<UInt32>?, _ outText: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
        _ outLength: UnsafeMutablePointer<Int>?
    ) throws {
        guard let outText else { throw Failure.argument("out_text is NULL") }
        guard var current = decoder else { throw Failure.argument("the decoder is finished") }
        decoder = nil
        if let ids {
            text = TextHandle(try current.push(ids))
            decoder = current
        } else {
            text = TextHandle(try current.finish())
        }
        outText.pointee = text.handOut(outLength)
    }
}

@c @implementation
public func typecase_decoder_new(
    _ tokenizer: OpaquePointer?, _ skip_special_tokens: Int32, _ out_decoder: OutHandle?, _ out_error: OutHandle?
) -> typecase_status {
    handOver(out_decoder, out_error) {
        DecoderHandle(
            try Inputs.handle(tokenizer, as: Tokenizer.self, "tokenizer"), skipSpecialTokens: skip_special_tokens != 0)
    }
}

@c @implementation
public func typecase_decoder_push(
    _ decoder: OpaquePointer?, _ ids: UnsafePointer<UInt32>?, _ count: Int,
    _ out_text: UnsafeMutablePointer<UnsafePointer<CChar>?>?, _ out_len: UnsafeMutablePointer<Int>?,
    _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        try Inputs.handle(decoder, as: DecoderHandle.self, "decoder")
            .advance(Inputs.ids(ids, count, "ids"), out_text, out_len)
    }
}

@c @implementation
public func typecase_decoder_finish(
    _ decoder: OpaquePointer?, _ out_text: UnsafeMutablePointer<UnsafePointer<CChar>?>?,
    _ out_len: UnsafeMutablePointer<Int>?, _ out_error: OutHandle?
) -> typecase_status {
    answer(out_error) {
        try Inputs.handle(decoder, as: DecoderHandle.self, "decoder").advance(nil, out_text, out_len)
    }
}

@c @implementation
public func typecase_decoder_free(_ decoder: OpaquePointer?) { Handle.free(decoder) }
