import Glibc
import Synchronization

/// Ctrl-C asks work to stop at the next step; a second one ends the process as usual.
enum Interrupts {
    private static let requested = Atomic<Bool>(false)

    /// Whether someone asked to stop.
    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    /// From here on Ctrl-C (SIGINT) and SIGTERM are requests.
    static func watch() {
        for number in [SIGINT, SIGTERM] {
            signal(number) { received in
                Interrupts.requested.store(true, ordering: .relaxed)
                signal(received, SIG_DFL)
            }
        }
    }
}
