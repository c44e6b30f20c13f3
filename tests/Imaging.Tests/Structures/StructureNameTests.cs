using Hermes.Imaging.Structures;

namespace Hermes.Imaging.Tests.Structures;

public sealed class StructureNameTests
{
    [Theory]
    [InlineData("kidney_left", "kidney", true)]
    [InlineData("Right Kidney", "kidney", true)]
    [InlineData("Parotid_L", "parotid", true)]
    [InlineData("OpticNerveR", "optic nerve", true)]
    [InlineData("lt-lung-upper-lobe", "lung upper lobe", true)]
    [InlineData("rib_left_7", "rib 7", true)]
    [InlineData("liver", "liver", false)]
    [InlineData("vertebrae_L1", "vertebrae l1", false)]
    [InlineData("bright_spot", "bright spot", false)]
    [InlineData("left", "", true)]
    [InlineData("", "", false)]
    public void A_name_is_its_words_and_whether_it_says_a_side(string name, string words, bool hasSide)
    {
        var read = StructureName.Of(name);

        Assert.Equal((words, hasSide), (string.Join(' ', read.Words), read.HasSide));
    }
}
