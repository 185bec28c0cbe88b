import ArgumentParser
import Cantus
import Glibc

/// Errors as people and scripts meet them: a line on standard error, and an exit code that tells their class
/// (sysexits.h).
enum Failures {
    /// Runs `body`, and turns the library's errors into messages and exit codes.
    static func reported(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as ExitCode {
            throw error
        } catch let error as ValidationError {
            throw error
        } catch {
            Standard.error("cantus: \(error)\n")
            throw ExitCode(code(of: error))
        }
    }

    private static func code(of error: any Error) -> Int32 {
        switch error {
        case let error as FileError:
            switch error.kind {
            case .malformed: EX_DATAERR
            case .missing: EX_NOINPUT
            case .cannotCreate: EX_CANTCREAT
            case .inputOutput: EX_IOERR
            }
        case is RecipeError: EX_USAGE
        case let error as CleaningError:
            switch error.reason {
            case .pattern, .replacement: EX_USAGE
            default: EX_DATAERR
            }
        case is TaggerError, is AudioError: EX_DATAERR
        case TrainingError.interrupted: 128 + SIGINT
        default: EX_SOFTWARE
        }
    }
}
