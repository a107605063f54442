import Glibc
import Testing

@testable import Transport

@Suite("Whose fault it is")
struct ErrorTests {
    @Test(
        "a lack of descriptors or memory is ours, not the other host's",
        arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM]
    )
    func lack(code: Int32) throws {
        let error = try #require(TransferError(withoutSocket: code))
        #expect(!error.isHostFault && error.isTransient)
        #expect(error.operatorText.contains("no socket"))
    }

    @Test(
        "an address family that this machine does not speak is left to libcurl, which tries the next address"
    )
    func family() {
        #expect(TransferError(withoutSocket: EAFNOSUPPORT) == nil)
    }
}
