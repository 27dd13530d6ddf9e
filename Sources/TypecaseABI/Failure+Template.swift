import CTypecase
import Template

extension Failure {
    init(_ error: TemplateError) {
        let text = String(decoding: error.message, as: UTF8.self)
        let place =
            error.line > 0 ? " (line \(error.line)" + (error.column > 0 ? ", column \(error.column))" : ")") : ""
        switch error.kind {
        case .unsupported: self.init(TYPECASE_ERR_UNSUPPORTED, "template: \(text)\(place)")
        case .limit, .recursion: self.init(TYPECASE_ERR_LIMIT, "template: \(text)\(place)")
        case .raised:
            self.init(TYPECASE_ERR_TEMPLATE, "the template raised an error: \(text)\(place)")
            sourceMessage = error.message
        default: self.init(TYPECASE_ERR_TEMPLATE, "template: \(text)\(place)")
        }
        kind = status == TYPECASE_ERR_TEMPLATE ? error.pythonName : ""
        line = error.line
        column = error.column
    }
}
