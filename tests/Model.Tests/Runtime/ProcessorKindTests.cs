using Hermes.Model.Runtime;

namespace Hermes.Model.Tests.Runtime;

public sealed class ProcessorKindTests
{
    [SkippableFact]
    public void It_is_called_what_the_system_calls_it()
    {
        const string Name = "model name";
        const string Vendor = "vendor_id";
        var told = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").TakeWhile(l => l.Length > 0).Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).ToDictionary(l => l[0], l => l[1])
            : [];
        Skip.If(told.GetValueOrDefault(Name) is null or "unknown", "The system does not say what its processor is called.");

        Assert.Equal((told[Vendor], told[Name]), (ProcessorKind.Vendor, ProcessorKind.Name));
    }
}
