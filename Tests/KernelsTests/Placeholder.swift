import Testing
import Kernels
@Test func core() { print(BLAS.coreName, WorkerPool.coreCount)
  let p = WorkerPool(threadCount: 2)
  let c = ContinuousClock()
  let t = c.measure { for _ in 0..<1000 { p.run(2) { _ in } } }
  print("run", t / 1000)
}
