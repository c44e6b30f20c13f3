using Hermes.Model.Runtime;

namespace Hermes.Model.Tests.Runtime;

public sealed class BFloat16SpeedTests
{
    private const int Tiles = 1 << 22;
    private const int Vectors = 1 << 5;

    [Theory]
    [InlineData("AuthenticAMD", 0, Vectors, true)]
    [InlineData("GenuineIntel", 0, Vectors, false)]
    [InlineData("GenuineIntel", Tiles, Vectors, true)]
    [InlineData("AuthenticAMD", 0, 0, false)]
    [InlineData("GenuineIntel", -1 & ~Tiles, -1, false)]
    public void Bfloat16_is_chosen_where_the_processor_is_faster_in_it(string vendor, int leaf7Edx, int leaf7Sub1Eax, bool expected) =>
        Assert.Equal(expected, BFloat16Speed.Decide(vendor, leaf7Edx, leaf7Sub1Eax));

    [Fact]
    public void The_runtime_takes_bfloat16_only_where_it_pays_off()
    {
        var state = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", Threads = 2, MixedPrecision = true, KeepMemory = false });

        Assert.True(state.Precision == ConvolutionPrecision.Full || BFloat16Speed.PaysOff);
    }
}
