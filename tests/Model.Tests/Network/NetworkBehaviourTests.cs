using Hermes.Imaging.Configuration;
using Hermes.Imaging.Prompts;
using Hermes.Model.Network;
using Hermes.Model.Runtime;
using static TorchSharp.torch;

namespace Hermes.Model.Tests.Network;

[Collection(TorchCollection.Name)]
public sealed class NetworkBehaviourTests
{
    private static readonly PriorVocabulary Vocabulary = new(["a/x", "a/y", "b/z"], ["ct", "mr"]);

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void The_same_seed_gives_the_same_bits(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using HermesNetwork one = Small(7, architecture), same = Small(7, architecture), other = Small(8, architecture);

        Assert.Equal(Bits(one), Bits(same));
        Assert.NotEqual(Bits(one), Bits(other));
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void A_result_does_not_depend_on_how_much_padding_its_batch_carries(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using var network = Small(7, architecture);
        using var frozen = no_grad();
        var image = Image(1);
        (Tensor Masks, Tensor Token) Ask(int width, bool mask)
        {
            var output = network.Forward(image, new Prompt([new SamplePrompt(["a/x"], "ct")]) { Width = width, MaskPadding = mask });
            return (output.MaskLogits.narrow(1, 0, 1), output.PosteriorTokens[1].narrow(1, 0, 1));
        }

        static float Distance(Tensor one, Tensor other) => (one - other).abs().max().item<float>();

        (var masks, var token) = Ask(2, true);
        (var paddedMasks, var paddedToken) = Ask(7, true);
        (var seenMasks, var seenToken) = Ask(7, false);

        // The sum over keys is rounded in another order, nothing more; the difference grows on the way to the logits.
        var found = $"masked: token {Distance(token, paddedToken)}, logits {Distance(masks, paddedMasks)}; seen: token {Distance(token, seenToken)}, logits {Distance(masks, seenMasks)}";
        Assert.True(Distance(token, paddedToken) <= 1e-5 && Distance(masks, paddedMasks) <= 5e-4, found);
        Assert.True(Distance(token, seenToken) > 10 * Distance(token, paddedToken) && Distance(masks, seenMasks) > 10 * Distance(masks, paddedMasks), found);
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void A_sample_answers_the_same_beside_a_longer_prompt(Architecture architecture)
    {
        using var scope = NewDisposeScope();
        using var network = Small(7, architecture);
        using var frozen = no_grad();
        var images = Image(2);

        var alone = network.Forward(images.narrow(0, 0, 1), Prompt.For(["b/z"], "mr")).MaskLogits;
        var together = network.Forward(images, new Prompt([new SamplePrompt(["b/z"], "mr"), new SamplePrompt(["b/z", "a/x", "a/y"], null)])).MaskLogits;

        Assert.True((alone.narrow(1, 0, 1) - together.narrow(0, 0, 1).narrow(1, 0, 1)).abs().max().item<float>() < 1e-4);
    }

    [Theory]
    [InlineData(ConvolutionPrecision.Full)]
    [InlineData(ConvolutionPrecision.Mixed)]
    public void Training_twice_gives_the_same_bits(ConvolutionPrecision precision)
    {
        var first = Train(precision, 3);
        var second = Train(precision, 3);

        Assert.All(first, value => Assert.True(float.IsFinite(value)));
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData(Architecture.ResUNet)]
    [InlineData(Architecture.MedFormer)]
    public void Steps_leave_no_tensors_behind(Architecture architecture)
    {
        using var generator = new Generator(3);
        using var network = Small(7, architecture);
        Step(network, 0);
        var before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Step(network, 1);
        Step(network, 2);

        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void An_unknown_task_is_refused_with_the_known_ones()
    {
        using var network = Small(7);
        using var image = Image(1);

        var failure = Assert.Throws<ArgumentException>(() => network.Forward(image, Prompt.For(["a/liver"], "ct")));

        Assert.Contains("'a/liver'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("a/x, a/y, b/z", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_too_small_for_four_halvings_is_refused()
    {
        using var network = Small(7);
        using var image = zeros([1L, 1, 32, 16, 32]);

        Assert.Throws<ArgumentException>(() => network.Forward(image, Prompt.For(["a/x"], "ct")));
    }

    internal static HermesNetwork Small(long seed, Architecture architecture = Architecture.ResUNet)
    {
        using var generator = new Generator((ulong)seed);
        return HermesNetwork.Create(OfficialNamesTests.Shape(architecture) with { BaseWidth = 4, FusionBlocks = [1, 1, 1, 1, 1] }, Vocabulary, generator);
    }

    internal static Tensor Image(int batch)
    {
        using var generator = new Generator(2);
        return randn([batch, 1, 32, 32, 32], generator: generator);
    }

    private static float[] Train(ConvolutionPrecision precision, int steps)
    {
        using var scope = NewDisposeScope();
        using var network = Small(7);
        network.Precision = precision;
        for (var step = 0; step < steps; step++)
        {
            Step(network, step);
        }

        return Bits(network);
    }

    private static void Step(HermesNetwork network, int step)
    {
        using var scope = NewDisposeScope();
        var output = network.Forward(Image(2) + step, new Prompt([new SamplePrompt(["a/x", "a/y"], "ct"), new SamplePrompt(["b/z"], null)]));
        (output.MaskLogits.sigmoid().mean() + output.ModalityLogits!.logsumexp(1).mean()).backward();
        using (no_grad())
        {
            foreach (var parameter in network.parameters().Where(parameter => parameter.grad is not null))
            {
                parameter.sub_(parameter.grad! * 0.1);
                parameter.grad!.zero_();
            }
        }
    }

    private static float[] Bits(HermesNetwork network) => [.. network.parameters().SelectMany(parameter => parameter.detach().cpu().contiguous().data<float>().ToArray())];
}
