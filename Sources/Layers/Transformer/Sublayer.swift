import Tensors

/// The frame around attention or feed-forward part f: a norm, dropout, and the way around.
///
///     before: y = x + dropout(f(norm(x)))          after: y = norm(x + dropout(f(x)))
struct Sublayer: Sendable {
    let norm: LayerNorm
    let placement: TransformerOptions.NormPlacement
    let dropout: Dropout

    init(_ options: TransformerOptions, scope: Scope) {
        norm = LayerNorm(width: options.width, scope: scope)
        placement = options.norm
        dropout = Dropout(options.dropout)
    }

    func callAsFunction(_ x: Tensor, _ context: Context, _ body: (Tensor) -> Tensor) -> Tensor {
        switch placement {
        case .before: x + dropout(body(norm(x, context)), context)
        case .after: norm(x + dropout(body(x), context), context)
        }
    }
}
