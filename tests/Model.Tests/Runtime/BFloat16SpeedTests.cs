using Hermes.Model.Runtime;
using TorchSharp;

namespace Hermes.Model.Tests.Runtime;

[Collection(TorchCollection.Name)]
public sealed class BFloat16SpeedTests
{
    private const int Tiles = 1 << 22;
    private const int Vectors = 1 << 5;

    [Theory]
    [InlineData("AuthenticAMD", 0, Vectors, true)]
    [InlineData("GenuineIntel", 0, Vectors, null)]
    [InlineData("GenuineIntel", Tiles, Vectors, true)]
    [InlineData("AuthenticAMD", 0, 0, false)]
    [InlineData("GenuineIntel", 0, 0, false)]
    [InlineData("GenuineIntel", -1 & ~Tiles, -1, null)]
    public void Bfloat16_is_chosen_where_the_processor_is_known_to_be_faster_in_it(string vendor, int leaf7Edx, int leaf7Sub1Eax, bool? expected) =>
        Assert.Equal(expected, BFloat16Speed.Decide(vendor, leaf7Edx, leaf7Sub1Eax));

    [Fact]
    public void The_runtime_takes_bfloat16_only_where_it_pays_off()
    {
        var state = TorchRuntime.Initialize(new TorchRuntimeOptions { Device = "cpu", Threads = 2, MixedPrecision = true, KeepMemory = false });

        Assert.True(state.Precision == ConvolutionPrecision.Full || (BFloat16Speed.PaysOff ?? state.Calibration!.BFloat16PaysOff));
    }

    [Fact]
    public void A_device_that_is_known_to_be_faster_or_slower_in_it_is_believed_but_tested()
    {
        var log = new List<string>();
        var options = new TorchRuntimeOptions { MixedPrecision = true };

        Assert.Equal(ConvolutionPrecision.Full, TorchRuntime.Choose(options with { BFloat16PaysOff = false }, torch.CPU, log.Add).Precision);
        Assert.Equal("This processor is faster in float32 than in bfloat16; float32 is used.", Assert.Single(log));
        Assert.Equal(
            ConvolutionSelfTest.WorstError(torch.ScalarType.BFloat16, device: torch.CPU) < 0.02 ? ConvolutionPrecision.Mixed : ConvolutionPrecision.Full,
            TorchRuntime.Choose(options with { BFloat16PaysOff = true }, torch.CPU, log.Add).Precision);
    }
}
