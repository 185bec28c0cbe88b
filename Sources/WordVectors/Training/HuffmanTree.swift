import Kernels

/// The binary tree of hierarchical softmax: frequent words have short paths (Huffman 1952).
///
/// A word is a walk from the root; at each inner node one logistic regression decides about the turn.
package final class HuffmanTree: @unchecked Sendable {
    /// Where each word's path begins in `nodes` and `turns`, and the end.
    private let starts: UnsafeMutableBufferPointer<Int32>
    /// The inner nodes of all paths, numbered from 0; there is one fewer than words.
    private let nodes: UnsafeMutableBufferPointer<Int32>
    /// Whether the path turns left (1) or right (-1): the sides of the regression. Behind the last are a few that no
    /// path has, as the kernel reads whole tiles.
    private let turns: UnsafeMutableBufferPointer<Float>
    package let longestPath: Int

    /// - Parameter counts: In falling order.
    package init(counts: [Int]) {
        let words = counts.count
        precondition(words >= 2, "a tree of \(words) words")
        // Two queues: words by rising count, and inner nodes as they are made, which is by rising count too.
        var weights = counts + [Int](repeating: 0, count: words - 1)
        var parents = [Int32](repeating: -1, count: 2 * words - 1)
        var isRight = [Bool](repeating: false, count: 2 * words - 1)
        var (nextWord, nextInner) = (words - 1, words)
        for inner in words..<2 * words - 1 {
            func lightest() -> Int {
                if nextWord >= 0, nextInner >= inner || weights[nextWord] < weights[nextInner] {
                    nextWord -= 1
                    return nextWord + 1
                }
                nextInner += 1
                return nextInner - 1
            }
            let (first, second) = (lightest(), lightest())
            weights[inner] = weights[first] + weights[second]
            parents[first] = Int32(inner)
            parents[second] = Int32(inner)
            isRight[second] = true
        }
        var (starts, nodes, turns): ([Int32], [Int32], [Float]) = ([0], [], [])
        var longest = 0
        for word in 0..<words {
            var (path, labels): ([Int32], [Float]) = ([], [])
            var place = word
            while parents[place] >= 0 {
                path.append(parents[place] - Int32(words))
                labels.append(isRight[place] ? -1 : 1)
                place = Int(parents[place])
            }
            nodes += path.reversed()
            turns += labels.reversed()
            starts.append(Int32(nodes.count))
            longest = max(longest, path.count)
        }
        turns += repeatElement(0, count: Word2VecKernel.weightPadding)
        (self.starts, self.nodes, self.turns) = (Self.copy(starts), Self.copy(nodes), Self.copy(turns))
        longestPath = longest
    }

    private static func copy<Element>(_ values: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: values.count)
        _ = copy.initialize(from: values)
        return copy
    }

    deinit {
        starts.deallocate()
        nodes.deallocate()
        turns.deallocate()
    }

    /// Access to the paths that takes no part in counting references; good as long as the tree.
    package struct Paths {
        fileprivate let starts: UnsafeMutableBufferPointer<Int32>
        fileprivate let nodes: UnsafeMutableBufferPointer<Int32>
        fileprivate let turns: UnsafeMutableBufferPointer<Float>

        /// The inner nodes on the way to a word, and their turns: 1 to the left, -1 to the right.
        @inline(__always)
        package subscript(
            word: Int32
        ) -> (nodes: UnsafeMutablePointer<Int32>, turns: UnsafeMutablePointer<Float>, count: Int) {
            let (start, end) = (Int(starts[Int(word)]), Int(starts[Int(word) + 1]))
            return (
                nodes.baseAddress.unsafelyUnwrapped + start, turns.baseAddress.unsafelyUnwrapped + start, end - start
            )
        }
    }

    package var access: Paths { Paths(starts: starts, nodes: nodes, turns: turns) }
}
