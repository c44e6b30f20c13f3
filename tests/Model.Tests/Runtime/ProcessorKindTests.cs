using Hermes.Model.Runtime;

namespace Hermes.Model.Tests.Runtime;

public sealed class ProcessorKindTests
{
    [Fact]
    public void It_is_called_what_the_system_calls_it_where_the_system_does()
    {
        const string Name = "model name";
        const string Vendor = "vendor_id";
        var told = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").TakeWhile(l => l.Length > 0).Select(l => l.Split(':', 2, StringSplitOptions.TrimEntries)).ToDictionary(l => l[0], l => l[1])
            : [];

        Assert.NotEmpty(ProcessorKind.Name);
        Assert.Equal(told.GetValueOrDefault(Name, ProcessorKind.Name), ProcessorKind.Name);
        Assert.Equal(told.GetValueOrDefault(Vendor, ProcessorKind.Vendor), ProcessorKind.Vendor);
    }
}
