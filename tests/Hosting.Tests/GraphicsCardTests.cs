using System.Diagnostics;

namespace Hermes.Hosting.Tests;

public sealed class GraphicsCardTests
{
    // NVML as its header declares what is called: two cards, of which the second tells nothing of its memory.
    private const string Driver = """
        #include <string.h>
        typedef struct { unsigned long long total, free, used; } nvmlMemory_t;
        static int begun = 0;
        int nvmlInit_v2(void) { begun = 1; return 0; }
        int nvmlDeviceGetCount_v2(unsigned int *count) { *count = 2; return begun ? 0 : 1; }
        int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **card) { *card = (void *)(unsigned long)(index + 1); return index < 2 ? 0 : 6; }
        int nvmlDeviceGetHandleByUUID(const char *uuid, void **card) { *card = (void *)1; return strcmp(uuid, "GPU-8a56") == 0 ? 0 : 6; }
        int nvmlDeviceGetMemoryInfo(void *card, nvmlMemory_t *memory)
        {
            if (card != (void *)1) return 3;
            memory->total = 150754820096ULL; memory->free = 150000000000ULL; memory->used = 754820096ULL;
            return 0;
        }
        int nvmlDeviceGetCudaComputeCapability(void *card, int *major, int *minor) { *major = 9; *minor = 0; return card == (void *)1 ? 0 : 3; }
        int nvmlDeviceGetName(void *card, char *name, unsigned int length) { strncpy(name, "NVIDIA H200", length); return card == (void *)1 ? 0 : 3; }
        """;

    /// <summary>No machine of ours has a card; the calls themselves are tried with a library that is built here after the driver's header.</summary>
    [SkippableFact]
    public void The_drivers_library_is_asked_for_cards_by_number_and_uuid()
    {
        Skip.IfNot(File.Exists("/usr/bin/cc"), "There is no C compiler here.");
        using var folder = new TemporaryFolder();
        var library = folder.At("libnvidia-ml.so.1");
        using (var compiler = Process.Start("/usr/bin/cc", ["-shared", "-fPIC", "-o", library, folder.File("nvml.c", Driver)]))
        {
            Assert.True(compiler.WaitForExit(TimeSpan.FromMinutes(1)) && compiler.ExitCode == 0);
        }

        var driver = Nvml.TryLoad(library)!;

        Assert.Equal(2, driver.Count());
        Assert.Equal(new NvmlMemory(150754820096, 150000000000, 754820096), driver.Memory("0"));
        Assert.Equal(driver.Memory("0"), driver.Memory("GPU-8a56"));
        Assert.Equal((new Version(9, 0), "NVIDIA H200"), (driver.Capability("0"), driver.Name("0")));
        Assert.Equal((null, null), (driver.Capability("1"), driver.Name("1")));
        Assert.Null(driver.Memory("1"));
        Assert.Null(driver.Memory("7"));
        Assert.Null(driver.Memory("GPU-0000"));
    }

    [Fact]
    public void Where_no_driver_is_nobody_can_tell()
    {
        Assert.Null(Nvml.TryLoad("libthere-is-none.so.1"));
        // A library that is no driver.
        Assert.Null(Nvml.TryLoad("libc.so.6"));
    }

    [Theory]
    [InlineData("cuda:1", null, "1")]
    [InlineData("cuda:0", "2,3", "2")]
    [InlineData("cuda:1", "3, GPU-8a56", "GPU-8a56")]
    [InlineData("cuda:2", "2,3", null)]
    [InlineData("cuda:0", "", null)]
    public void A_card_has_the_number_that_it_has_among_those_that_are_visible(string device, string? visible, string? expected) =>
        Assert.Equal(expected, GraphicsCard.Name(device, visible));
}
