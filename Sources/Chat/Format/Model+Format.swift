public import JSON
import Template
import Tokenizer

extension Model {
    /// How the model writes what it says, under the variables of a request.
    public func format(_ request: ParseRequest = ParseRequest()) -> Format { grammar(request).format }

    /// The same as JSON, with the tokens that its markers are matched by.
    public func formatValue(_ request: ParseRequest = ParseRequest()) -> Value {
        let grammar = grammar(request)
        guard var object = grammar.format.value.object else { return .null }
        let tokens = grammar.markers.all.map { Object.Member(key: $0.content, value: .integer(Int($0.id))) }
        object.set("tokens", .object(Object(tokens)))
        return .object(object)
    }

    /// The format made ready; found out once for a template and its variables.
    func grammar(_ parse: ParseRequest) -> Grammar {
        let isPlain = parse.templateVariables.count == 0 && parse.templateName == nil
        return isPlain ? grammars.usual { findGrammar(parse) } : findGrammar(parse)
    }

    private func findGrammar(_ parse: ParseRequest) -> Grammar {
        guard var request = try? RenderRequest(Fields(Object(["messages": .array([])]))) else { return given }
        request.templateVariables = parse.templateVariables
        request.templateName = parse.templateName
        // Some templates write calls only where there are tools.
        request.tools = .array([TurnProbe.tool])
        guard givenFormat == nil, let named = try? template(request) else { return given }
        return grammars.grammar(for: TurnFactsCache.Key(request, named)) {
            var probe = TurnProbe(model: self, named: named, request: request)
            let facts = turnFacts(request, named)
            probe.findParts()
            let format = FormatOverride.applied(to: FormatProbe(probe, facts).found(), tokenizer)
            return Grammar(format, tokenizer, stops: stopTokenIDs)
        }
    }

    /// Without a template everything is content, unless a format was given, or ships for such a vocabulary.
    private var given: Grammar {
        Grammar(
            givenFormat ?? FormatOverride.applied(to: Format(), tokenizer), tokenizer, stops: stopTokenIDs)
    }
}
