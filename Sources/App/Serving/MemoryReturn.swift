import CMemory
import ServiceLifecycle

/// Gives back, once the server runs, the memory that only the start needed: mostly pages of code that ran once.
struct MemoryReturn: Service {
    func run() async throws {
        await cancelWhenGracefulShutdown {
            guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
            staffroom_memory_give_back()
            // A service that ends would end the server.
            while (try? await Task.sleep(for: .seconds(3_600))) != nil {}
        }
    }
}
