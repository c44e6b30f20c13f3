using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Hermes.Tests;

/// <summary>The test framework of every test project: xunit's, watched by <see cref="TestWatch"/>.</summary>
internal sealed class WatchedTests(IMessageSink diagnostics) : XunitTestFramework(diagnostics)
{
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider source, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, source, diagnostics)
    {
        protected override void RunTestCases(IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink, ITestFrameworkExecutionOptions executionOptions)
        {
            Offspring.DiesWithThisProcess();
            base.RunTestCases(testCases, new TestWatch(executionMessageSink), executionOptions);
        }
    }
}
